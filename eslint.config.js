/**
 * What the linter holds the code to: typescript-eslint's strictest rules, the size caps, and the few habits of this
 * repository that a tool can see. Every rule here has been seen to fail: test/check/planted-faults.test.ts.
 */
import mocha from 'eslint-plugin-mocha';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const defaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: one name for one thing, everywhere.',
};
const environment = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Settings are read and checked in config.ts; take them from there.',
  },
  {
    selector: "ImportDeclaration[source.value=/^(node:)?process$/] ImportSpecifier[imported.name='env']",
    message: 'Settings are read and checked in config.ts; take them from there.',
  },
];
const query = {
  selector: 'CallExpression[callee.property.name=/^(where|orderBy)$/]',
  message: 'Queries live in store/queries.ts, where a test proves that each has its index.',
};

const transaction = {
  selector: "MemberExpression[property.name='runTransaction']",
  message:
    'A host that is killed leaves the locks of its transactions behind: read and write with store/undisturbed.ts.',
};

const clientQuery = {
  selector: 'CallExpression[callee.name=/^(where|orderBy)$/]',
  message: 'Queries of the console live in lib/firestore/queries.ts (or *-queries.ts), each with its bound.',
};
const NODE_GLOBALS = ['process', 'Buffer', 'global', '__dirname', '__filename', 'require', 'setImmediate'];

/** The rule replaces itself from block to block, so each block names all that it forbids. */
const forbid = (...selectors) => ({ 'no-restricted-syntax': ['error', ...selectors] });

export default defineConfig(
  { ignores: ['**/node_modules/', '**/dist/', '.switchboard/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx,mjs,cjs,js}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-ignore': true, 'ts-nocheck': true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      complexity: ['error', 12],
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 60 }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'anywhere' }],
      ...forbid(defaultExport, ...environment),
    },
  },
  {
    files: ['contract/src/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { name: 'zod', message: 'The console loads the contract: zod/mini.' }],
    },
  },
  {
    files: ['{functions,socket-host}/src/**/*.ts'],
    ignores: ['**/store/queries.ts', '**/*.test.ts', '**/config.ts'],
    rules: forbid(defaultExport, ...environment, query),
  },
  {
    files: ['socket-host/src/**/*.ts'],
    ignores: ['**/store/queries.ts', '**/*.test.ts', '**/config.ts'],
    rules: forbid(defaultExport, ...environment, query, transaction),
  },
  {
    files: ['{functions,socket-host}/src/**/config.ts'],
    rules: forbid(defaultExport, query),
  },
  {
    files: ['{scripts,test,bench}/**', 'simulator/src/config.ts', '**/*.test.ts'],
    rules: forbid(defaultExport),
  },
  {
    files: ['console/src/**/*.{ts,tsx}'],
    ignores: ['**/*.test.ts'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      // Types of Node are there for the tests only.
      'no-restricted-globals': [
        'error',
        ...NODE_GLOBALS.map((name) => ({ name, message: 'Browsers do not have it.' })),
      ],
      ...forbid(defaultExport, clientQuery),
    },
  },
  {
    files: ['console/src/lib/firestore/{,*-}queries.ts'],
    rules: forbid(defaultExport),
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    plugins: { mocha },
    rules: {
      'mocha/no-exclusive-tests': 'error',
      'mocha/no-pending-tests': 'error',
      'mocha/no-identical-title': 'error',
      // A describe callback is a list of tests, as long as there are promises to keep; the cap on the file holds.
      'max-lines-per-function': 'off',
    },
  },
  {
    // Mocha, Vite and the tools take their configuration as a default export only.
    files: ['scripts/lib/mocha-reporter.ts', '*.config.js', 'console/vite.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
