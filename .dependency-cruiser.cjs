/**
 * Which file may import which: design by folders, held by a tool. Directions are those of ARCHITECTURE.md; type imports
 * count like any other.
 */

const TEST = String.raw`\.test\.ts$`;
const HOST = 'socket-host/src';
const anyOf = (...folders) => `^${HOST}/(${folders.join('|')})(/|\\.ts$)`;

/** One direction of the host: what lies in `folder` may not import `others`; shapes (types.ts) may always be shared. */
const direction = (folder, ...others) => ({
  name: `host-${folder}-direction`,
  comment: 'One direction: main → host → account, outbound, inbound → whatsapp, session, store → contract.',
  severity: 'error',
  from: { path: anyOf(folder), pathNot: TEST },
  to: { path: anyOf(...others), pathNot: '/types\\.ts$' },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'What runs has an order to load and to read it in; only types may point back.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file nobody imports is dead, unless something starts it by its name.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          TEST,
          '\\.d\\.ts$',
          '^[^/]+$',
          '^scripts/[^/]+$',
          '/main\\.tsx?$',
          '/build\\.mjs$',
          '/page/',
          '^console/vite\\.config\\.ts$',
          '/no-regular-expressions\\.ts$',
        ],
      },
      to: {},
    },
    {
      name: 'parts-stay-apart',
      comment: 'Parts share the contract and nothing else; only test/, scripts/ and bench/ cross.',
      severity: 'error',
      from: { path: '^(functions|socket-host|simulator|console)/' },
      to: { path: '^(functions|socket-host|simulator|console|test|scripts|bench)/', pathNot: '^$1/' },
    },
    {
      name: 'contract-is-a-leaf',
      comment: 'The vocabulary does no I/O and depends on three pure libraries.',
      severity: 'error',
      from: { path: '^contract/', pathNot: TEST },
      to: { pathNot: ['^contract/src/', 'node_modules/(zod|libphonenumber-js|@noble/hashes)/'] },
    },
    {
      name: 'baileys-in-one-folder',
      comment: 'Library types do not cross whatsapp/; the simulator borrows two codecs and has its own protocol.',
      severity: 'error',
      from: { pathNot: [`^${HOST}/whatsapp/`, '^simulator/src/wire/(nodes|proto)\\.ts$', TEST, '^(test|bench)/'] },
      to: { path: ['node_modules/@whiskeysockets/baileys/', '^@whiskeysockets/baileys'] },
    },
    {
      name: 'firestore-in-the-store',
      comment: 'Documents are read and written in one folder per part, where queries and costs can be seen at once.',
      severity: 'error',
      from: {
        pathNot: [`^${HOST}/store/`, '^functions/src/store/', TEST, '^(test|scripts|bench)/'],
      },
      to: { path: 'node_modules/(firebase-admin|@google-cloud/firestore)/' },
    },
    {
      name: 'console-firestore-in-one-folder',
      comment: 'What the page reads and writes, and what that costs, is seen in one folder.',
      severity: 'error',
      from: { path: '^console/src/', pathNot: ['^console/src/lib/firestore/', TEST] },
      to: { path: 'node_modules/(@firebase/firestore|firebase/firestore)/' },
    },
    {
      name: 'console-features-stay-apart',
      comment: 'A feature shows another one what it offers in its public.ts or public.tsx, and nothing else.',
      severity: 'error',
      from: { path: '^console/src/features/([^/]+)/' },
      to: { path: '^console/src/features/[^/]+/', pathNot: ['^console/src/features/$1/', '/public\\.tsx?$'] },
    },
    {
      name: 'console-direction',
      comment: 'One direction: main → app → features → ui → lib → contract.',
      severity: 'error',
      from: { path: '^console/src/(features|ui|lib)/' },
      to: { path: '^console/src/(main|app/)' },
    },
    {
      name: 'console-ui-direction',
      severity: 'error',
      from: { path: '^console/src/(ui|lib)/' },
      to: { path: '^console/src/features/' },
    },
    {
      name: 'console-lib-direction',
      severity: 'error',
      from: { path: '^console/src/lib/' },
      to: { path: '^console/src/ui/' },
    },
    {
      name: 'in-and-out-meet-in-the-store',
      severity: 'error',
      from: { path: anyOf('inbound'), pathNot: TEST },
      to: { path: anyOf('outbound') },
    },
    {
      name: 'out-and-in-meet-in-the-store',
      severity: 'error',
      from: { path: anyOf('outbound'), pathNot: TEST },
      to: { path: anyOf('inbound') },
    },
    direction('host', 'main'),
    direction('http', 'main', 'host', 'account', 'inbound', 'outbound', 'session', 'whatsapp'),
    direction('account', 'main', 'host', 'http', 'inbound', 'outbound'),
    direction('inbound', 'main', 'host', 'http', 'account'),
    direction('outbound', 'main', 'host', 'http', 'account'),
    direction('session', 'main', 'host', 'http', 'account', 'inbound', 'outbound', 'whatsapp'),
    direction('whatsapp', 'main', 'host', 'http', 'account', 'inbound', 'outbound', 'session', 'store'),
    direction('store', 'main', 'host', 'http', 'account', 'inbound', 'outbound', 'session', 'whatsapp'),
    direction('telemetry', 'main', 'host', 'http', 'account', 'inbound', 'outbound', 'session', 'whatsapp', 'store'),
    {
      name: 'no-dev-dependency-in-production',
      comment: 'What is deployed is listed in the part’s own dependencies. The simulator is not deployed.',
      severity: 'error',
      from: { path: '^(contract|functions|socket-host|console)/src/', pathNot: TEST },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only', 'localmodule'],
        pathNot: '^contract/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^[a-z-]+/dist/', '\\.switchboard/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
