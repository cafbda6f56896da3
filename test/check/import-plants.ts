/** Faulty imports, at least one per rule of .dependency-cruiser.cjs; the file at fault is the first of each plant. */

export interface ImportPlant {
  readonly rule: string;
  readonly files: Readonly<Record<string, string>>;
}

const HOST = 'socket-host/src';
const TOP = `${HOST}/main.ts`;

const importing = (target: string): string =>
  `import { plant as other } from '${target}';\nexport const plant = other;\n`;

/** A file of a folder of the host that reaches up to the very top. */
const reachingUp = (folder: string): ImportPlant => ({
  rule: `host-${folder}-direction`,
  files: {
    [`${HOST}/${folder}/planted-up.ts`]: importing('../main.ts'),
    [TOP]: 'export const plant = 1;\n',
  },
});

export const IMPORT_PLANTS: readonly ImportPlant[] = [
  {
    rule: 'no-circular',
    files: {
      'simulator/src/planted-there.ts': importing('./planted-back.ts'),
      'simulator/src/planted-back.ts': importing('./planted-there.ts'),
    },
  },
  { rule: 'no-unresolvable', files: { 'simulator/src/planted-lost.ts': importing('./planted-absent.ts') } },
  { rule: 'no-orphans', files: { 'contract/src/planted-orphan.ts': 'export const plant = 1;\n' } },
  {
    rule: 'parts-stay-apart',
    files: {
      'simulator/src/planted-visitor.ts': importing('../../functions/src/planted-host.ts'),
      'functions/src/planted-host.ts': 'export const plant = 1;\n',
    },
  },
  {
    rule: 'contract-is-a-leaf',
    files: { 'contract/src/planted-io.ts': "export { readFileSync as plant } from 'node:fs';\n" },
  },
  {
    rule: 'baileys-in-one-folder',
    files: {
      [`${HOST}/inbound/planted-library.ts`]:
        "import type { WASocket } from '@whiskeysockets/baileys';\nexport type Plant = WASocket;\n",
    },
  },
  {
    rule: 'baileys-in-one-folder',
    files: { 'simulator/src/wire/planted-library.ts': "export { proto as plant } from '@whiskeysockets/baileys';\n" },
  },
  {
    rule: 'firestore-in-the-store',
    files: { [`${HOST}/outbound/planted-query.ts`]: "export { Firestore as plant } from '@google-cloud/firestore';\n" },
  },
  {
    rule: 'firestore-in-the-store',
    files: {
      'functions/src/outbox/planted-query.ts': "export { getFirestore as plant } from 'firebase-admin/firestore';\n",
    },
  },
  {
    rule: 'console-firestore-in-one-folder',
    files: {
      'console/src/features/threads/planted-read.ts': "export { getDoc as plant } from 'firebase/firestore';\n",
    },
  },
  {
    rule: 'console-features-stay-apart',
    files: {
      'console/src/features/threads/planted-visit.ts': importing('../accounts/planted-inside.ts'),
      'console/src/features/accounts/planted-inside.ts': 'export const plant = 1;\n',
    },
  },
  {
    rule: 'console-direction',
    files: {
      'console/src/features/threads/planted-up.ts': importing('../../app/planted-top.ts'),
      'console/src/app/planted-top.ts': 'export const plant = 1;\n',
    },
  },
  {
    rule: 'console-ui-direction',
    files: {
      'console/src/ui/planted-up.ts': importing('../features/settings/planted-there.ts'),
      'console/src/features/settings/planted-there.ts': 'export const plant = 1;\n',
    },
  },
  {
    rule: 'console-lib-direction',
    files: {
      'console/src/lib/planted-up.ts': importing('../ui/planted-there.ts'),
      'console/src/ui/planted-there.ts': 'export const plant = 1;\n',
    },
  },
  {
    rule: 'in-and-out-meet-in-the-store',
    files: {
      [`${HOST}/inbound/planted-shortcut.ts`]: importing('../outbound/planted-target.ts'),
      [`${HOST}/outbound/planted-target.ts`]: 'export const plant = 1;\n',
    },
  },
  {
    rule: 'out-and-in-meet-in-the-store',
    files: {
      [`${HOST}/outbound/planted-shortcut.ts`]: importing('../inbound/planted-target.ts'),
      [`${HOST}/inbound/planted-target.ts`]: 'export const plant = 1;\n',
    },
  },
  ...['host', 'http', 'account', 'inbound', 'outbound', 'session', 'whatsapp', 'store', 'telemetry'].map(reachingUp),
  {
    rule: 'no-dev-dependency-in-production',
    files: { [`${HOST}/planted-dev.ts`]: "export { strToU8 as plant } from 'fflate';\n" },
  },
];
