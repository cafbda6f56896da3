/**
 * The floor of `restore-30` and `handover`, a process of its own: bare Baileys sockets with their keys in files, as its documentation shows them.
 *
 *   bare-sockets.ts open FOLDER           opens one socket per folder in FOLDER, prints `open` when all are
 *   bare-sockets.ts wait FOLDER           prints `ready` and does so at SIGUSR2
 *   bare-sockets.ts link FOLDER COUNT     makes them: prints `NAME QR` for each socket that waits to be linked, then `open`
 *
 * Ends at SIGTERM, and keeps the links.
 */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { makeWASocket, useMultiFileAuthState, WA_CERT_DETAILS, type WASocket } from '@whiskeysockets/baileys';
import { simulatorNoiseRoot, stack } from '../test/support/stack.ts';

const RESTART_REQUIRED = 515;
const VERSION: [number, number, number] = [2, 3000, 1_043_857_760];
const SILENT = {
  level: 'silent',
  child: () => SILENT,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const sockets = new Map<string, WASocket>();
/** The last write of each socket's credentials, by folder: a file that is cut off in the middle loses the link. */
const saves = new Map<string, Promise<void>>();

/** Opens the socket of one folder, and again when it is told to start over after linking. Resolves when it is open. */
async function open(folder: string): Promise<void> {
  const { state, saveCreds } = await useMultiFileAuthState(folder);
  const socket = makeWASocket({
    auth: state,
    logger: SILENT,
    waWebSocketUrl: stack.socketUrl(),
    version: VERSION,
    markOnlineOnConnect: false,
    syncFullHistory: false,
  });
  sockets.set(folder, socket);
  let saved = Promise.resolve();
  socket.ev.on('creds.update', () => {
    saved = saved.then(saveCreds);
    saves.set(folder, saved);
  });
  return new Promise((resolve, reject) => {
    socket.ev.on('connection.update', ({ connection, qr, lastDisconnect }) => {
      if (qr !== undefined) process.stdout.write(`${path.basename(folder)} ${qr}\n`);
      if (connection === 'open') resolve();
      if (connection !== 'close') return;
      const error: (Error & { output?: { statusCode?: number } }) | undefined = lastDisconnect?.error;
      if (error?.output?.statusCode === RESTART_REQUIRED) saved.then(() => open(folder)).then(resolve, reject);
      else reject(error ?? new Error('closed'));
    });
  });
}

function foldersOf(root: string, count: number): string[] {
  const names = count === 0 ? readdirSync(root) : Array.from({ length: count }, (_, index) => `bare-${String(index)}`);
  return names.map((name) => path.join(root, name));
}

const [mode, root = '', count = '0'] = process.argv.slice(2);
// libsignal prints session records.
for (const level of ['log', 'info', 'warn', 'error'] as const) console[level] = () => undefined;
WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(await simulatorNoiseRoot(), 'hex');
process.on('SIGTERM', () => {
  void Promise.all([...sockets.values()].map((socket) => socket.end(undefined)))
    .then(() => Promise.all(saves.values()))
    .finally(() => process.exit(0));
});
if (mode === 'wait') {
  const asked = once(process, 'SIGUSR2');
  // Waiting for a signal keeps no process alive.
  const alive = setInterval(() => undefined, 60_000);
  process.stdout.write('ready\n');
  await asked;
  clearInterval(alive);
}
await Promise.all(foldersOf(root, mode === 'link' ? Number(count) : 0).map(open));
process.stdout.write('open\n');
