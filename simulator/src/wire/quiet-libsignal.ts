/** libsignal prints whole session records, private keys included, to the console. This keeps them off it. */

const LIBSIGNAL_LINES = [
  'Closing session:',
  'Opening session:',
  'Removing old closed session:',
  'Session already closed',
  'Session already open',
  'Closing open session in favor of incoming prekey bundle',
  'Decrypted message with closed session.',
  'Failed to decrypt message with any known session...',
  'Session error:',
  'Migrating session to:',
  'V1 session storage migration error',
];

let isQuiet = false;

/** Idempotent; every other line of the console passes. */
export function quietLibsignal(): void {
  if (isQuiet) return;
  isQuiet = true;
  for (const level of ['log', 'info', 'warn', 'error'] as const) {
    const print = console[level].bind(console);
    console[level] = (...parts: readonly unknown[]): void => {
      const first = parts[0];
      if (typeof first === 'string' && LIBSIGNAL_LINES.some((line) => first.startsWith(line))) return;
      print(...parts);
    };
  }
}
