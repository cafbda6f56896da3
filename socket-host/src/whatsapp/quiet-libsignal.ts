/**
 * Keeps libsignal off the console, by being imported. It prints whole session records, private keys included, whenever a session
 * opens or closes, and the errors of each decryption try. Nothing it prints is let through; other callers print as ever.
 */

const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const;
const LIBSIGNAL_FRAME = /[\\/]libsignal[\\/](?:src[\\/]|index\.js)/;
/** After the line "Error" and our own two frames comes whoever called the console. */
const CALLER_LINE = 3;

function isCalledByLibsignal(): boolean {
  return LIBSIGNAL_FRAME.test(new Error().stack?.split('\n')[CALLER_LINE] ?? '');
}

for (const method of METHODS) {
  const print = console[method].bind(console);
  console[method] = (...values: unknown[]) => {
    if (!isCalledByLibsignal()) print(...values);
  };
}
