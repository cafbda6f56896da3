/** One faulty file per rule that eslint.config.js sets, and what the linter must call it. */

export interface LintPlant {
  readonly rule: string;
  readonly file: string;
  readonly code: string;
  /** Part of the message, where one rule stands for several habits. */
  readonly message?: string;
}

const lines = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => line(n)).join('\n');

const SYNTAX = 'no-restricted-syntax';

export const LINT_PLANTS: readonly LintPlant[] = [
  {
    rule: '@typescript-eslint/no-floating-promises',
    file: 'contract/src/planted-floating.ts',
    code: 'export function plant(): void {\n  Promise.resolve(1);\n}\n',
  },
  {
    rule: '@typescript-eslint/no-misused-promises',
    file: 'contract/src/planted-misused.ts',
    code: 'export function plant(): void {\n  [1].forEach(async () => {\n    await Promise.resolve();\n  });\n}\n',
  },
  {
    rule: '@typescript-eslint/switch-exhaustiveness-check',
    file: 'contract/src/planted-switch.ts',
    code: "export function plant(way: 'in' | 'out'): number {\n  switch (way) {\n    case 'in':\n      return 1;\n  }\n  return 0;\n}\n",
  },
  {
    rule: '@typescript-eslint/no-explicit-any',
    file: 'contract/src/planted-any.ts',
    code: 'export const plant: any = 1;\n',
  },
  {
    rule: '@typescript-eslint/ban-ts-comment',
    file: 'contract/src/planted-ignore.ts',
    code: "// @ts-ignore because\nexport const plant: number = 'text';\n",
  },
  {
    rule: '@typescript-eslint/consistent-type-imports',
    file: 'contract/src/planted-type-import.ts',
    code: "import { Claims } from './user.ts';\nexport const plant = (claims: Claims): string => claims.role;\n",
  },
  {
    rule: 'no-restricted-imports',
    file: 'contract/src/planted-classic-zod.ts',
    code: "import { z } from 'zod';\nexport const plant = z.string();\n",
  },
  {
    rule: 'complexity',
    file: 'contract/src/planted-complexity.ts',
    code: `export function plant(n: number): number {\n${lines(12, (n) => `  if (n === ${String(n)}) return ${String(n + 1)};`)}\n  return 0;\n}\n`,
  },
  {
    rule: 'max-lines',
    file: 'contract/src/planted-long-file.ts',
    code: `${lines(301, (n) => `export const plant${String(n)} = ${String(n)};`)}\n`,
  },
  {
    rule: 'max-lines-per-function',
    file: 'contract/src/planted-long-function.ts',
    code: `export function plant(): void {\n${lines(59, (n) => `  void ${String(n)};`)}\n}\n`,
  },
  {
    rule: 'no-warning-comments',
    file: 'contract/src/planted-comment.ts',
    // In two pieces, or this file would be at fault itself.
    code: `// TODO: later\nexport const plant = 1;\n`,
  },
  {
    rule: SYNTAX,
    message: 'Export by name',
    file: 'contract/src/planted-default.ts',
    code: 'export default function plant(): void {\n  void 0;\n}\n',
  },
  {
    rule: SYNTAX,
    message: 'Settings are read',
    file: 'socket-host/src/planted-environment.ts',
    code: "export const plant = process.env['PORT'];\n",
  },
  {
    rule: SYNTAX,
    message: 'Settings are read',
    file: 'simulator/src/planted-environment.ts',
    code: "import { env } from 'node:process';\nexport const plant = env['PORT'];\n",
  },
  {
    rule: SYNTAX,
    message: 'Queries live in',
    file: 'socket-host/src/store/planted-query.ts',
    code: "import type { Firestore } from '@google-cloud/firestore';\nexport const plant = (db: Firestore) => db.collection('threads').where('team', '==', 'main');\n",
  },
  {
    rule: SYNTAX,
    message: 'leaves the locks',
    file: 'socket-host/src/store/planted-transaction.ts',
    code: "import type { Firestore } from '@google-cloud/firestore';\nexport const plant = (db: Firestore) => db.runTransaction(() => Promise.resolve());\n",
  },
  {
    rule: SYNTAX,
    message: 'Queries live in',
    file: 'functions/src/config.ts',
    code: "import type { Firestore } from '@google-cloud/firestore';\nexport const plant = (db: Firestore) => db.collection('threads').orderBy('team');\n",
  },
  {
    rule: SYNTAX,
    message: 'Export by name',
    file: 'test/journeys/planted-default.ts',
    code: 'export default function plant(): void {\n  void 0;\n}\n',
  },
  {
    rule: SYNTAX,
    message: 'Queries of the console',
    file: 'console/src/features/threads/planted-query.ts',
    code: "const where = (field: string): string => field;\nexport const plant = where('team');\n",
  },
  {
    rule: 'no-restricted-globals',
    file: 'console/src/lib/planted-node.ts',
    code: 'export const plant = (): number => process.pid;\n',
  },
  {
    rule: 'react-hooks/rules-of-hooks',
    file: 'console/src/ui/planted-hook.tsx',
    code: "import { useState } from 'react';\nexport function Plant({ isOn }: { readonly isOn: boolean }) {\n  if (isOn) useState(1);\n  return null;\n}\n",
  },
  {
    rule: 'react-hooks/exhaustive-deps',
    file: 'console/src/ui/planted-effect.tsx',
    code: "import { useEffect } from 'react';\nexport function Plant({ title }: { readonly title: string }) {\n  useEffect(() => {\n    document.title = title;\n  }, []);\n  return null;\n}\n",
  },
  {
    rule: 'mocha/no-exclusive-tests',
    file: 'contract/src/planted-only.test.ts',
    code: "it.only('is the only one', () => {\n  void 0;\n});\n",
  },
  {
    rule: 'mocha/no-pending-tests',
    file: 'contract/src/planted-skip.test.ts',
    code: "it.skip('is left out', () => {\n  void 0;\n});\n",
  },
  {
    rule: 'mocha/no-identical-title',
    file: 'contract/src/planted-twice.test.ts',
    code: "it('is told twice', () => {\n  void 0;\n});\nit('is told twice', () => {\n  void 1;\n});\n",
  },
];

/** A file at fault by nothing but an excuse that excuses nothing; the linter names no rule for it. */
export const IDLE_EXCUSE = {
  file: 'contract/src/planted-excuse.ts',
  code: '// eslint-disable-next-line complexity -- none\nexport const plant = 1;\n',
} as const;
