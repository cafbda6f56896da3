/** The test suites: where their tests are and what those run against. `scripts/test.ts` runs them. */
import path from 'node:path';
import type { Emulator } from './emulators.ts';
import { ROOT } from './repo.ts';

export interface Suite {
  readonly specs: readonly string[];
  readonly emulators: readonly Emulator[];
  readonly simulator: boolean;
  /** Bound of one test, ms. */
  readonly timeoutMs: number;
  /** Ends mocha by force after the last test: Baileys leaves timers of minutes behind, which nobody can clear. */
  readonly exit?: boolean;
  /** A mocha run for each file, and nothing left behind from one to the next: hosts of one would run the accounts of another. */
  readonly fileByFile?: boolean;
  /** After these files emulators are started anew: they cut connections or stop hosts hard, and the Firestore emulator may be the worse for it. */
  readonly wearing?: RegExp;
  /** Of a suite that is run file by file: what CI (CI=true) runs of it, unless the suite is named. All would take it too long. */
  readonly inCi?: RegExp;
  /** Functions reach Firestore through a proxy that counts, and tests are told where hosts find it. */
  readonly isCounted?: boolean;
}

export const SUITES: Readonly<Record<string, Suite>> = {
  unit: {
    specs: ['{contract,functions,socket-host,simulator,console,scripts}/**/*.test.ts', 'test/support/**/*.test.ts'],
    emulators: ['auth', 'firestore'],
    simulator: false,
    timeoutMs: 60_000,
  },
  check: { specs: ['test/check/**/*.test.ts'], emulators: [], simulator: false, timeoutMs: 900_000 },
  rules: { specs: ['test/rules/**/*.test.ts'], emulators: ['auth', 'firestore'], simulator: false, timeoutMs: 60_000 },
  journeys: {
    specs: ['test/journeys/**/*.test.ts'],
    emulators: ['auth', 'firestore', 'functions'],
    simulator: true,
    timeoutMs: 120_000,
    exit: true,
  },
  operations: {
    specs: ['test/operations/**/*.test.ts'],
    emulators: ['auth', 'firestore', 'functions'],
    simulator: true,
    timeoutMs: 240_000,
    exit: true,
    isCounted: true,
  },
  browser: {
    specs: ['test/browser/**/*.test.ts'],
    emulators: ['auth', 'firestore', 'functions', 'hosting'],
    simulator: true,
    timeoutMs: 240_000,
    exit: true,
  },
  load: {
    specs: ['test/load/**/*.test.ts'],
    emulators: ['auth', 'firestore'],
    simulator: true,
    timeoutMs: 600_000,
    exit: true,
  },
  faults: {
    specs: ['test/faults/**/*.test.ts'],
    emulators: ['auth', 'firestore', 'functions'],
    simulator: true,
    timeoutMs: 240_000,
    exit: true,
    fileByFile: true,
    wearing: /-(cut|storm|unready|stuck|damage|fence)\.test\.ts$/,
    inCi: /(closes-codes|kills-stream|ownership-(stale|takeover)|session-(fence|overlap-forced|restore|thirty)|shutdown-in-flight)\.test\.ts$/,
  },
};

/** Whether a test file, by its path from here or in full, is one of a suite. */
export function isOf({ specs }: Suite, file: string): boolean {
  const fromRoot = path.relative(ROOT, path.resolve(file));
  return specs.some((spec) => path.matchesGlob(fromRoot, spec));
}
