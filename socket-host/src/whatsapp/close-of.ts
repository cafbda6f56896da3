/** What ended a connection, read out of the library's error or out of WhatsApp's answer to the upgrade. Pure. */

export interface Close {
  /** WhatsApp's or the library's code; `null` when nobody said why, that is, when we ended it ourselves. */
  readonly code: number | null;
  readonly message: string;
}

/** Our own words for a link that WhatsApp does not let us make. */
export const PASSKEY_WANTED = 'WhatsApp asks for a passkey';
/** Our own words for a link that we do not let a phone make. */
export const WRONG_PHONE = 'another phone wanted to link';

const REPLACED = 440;
const LOGGED_OUT = 401;
const TIMED_OUT = 408;
/** The library's code for what was to go over a connection that is no more. */
export const CONNECTION_CLOSED = 428;

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

/** The library wraps close reasons in errors with `output.statusCode`, and puts the server's own words in `data`. */
export function closeOf(error: unknown): Close {
  if (error === undefined || error === null) return { code: null, message: 'ended by us' };
  const code = fieldOf(fieldOf(error, 'output'), 'statusCode');
  const message = error instanceof Error ? error.message : 'unknown reason';
  if (typeof code !== 'number') return { code: 500, message };
  // A conflict without a code is read as "replaced", also when it says that the phone removed this device.
  const conflict = fieldOf(fieldOf(fieldOf(error, 'data'), 'attrs'), 'type');
  if (code === REPLACED && conflict === 'device_removed') return { code: LOGGED_OUT, message };
  return { code, message };
}

/** What ended a connection that never began: WhatsApp answered the upgrade with an error. In the words the library has for it. */
export function closeOfUpgrade({ statusCode: code = TIMED_OUT }: { readonly statusCode?: number }): Close {
  return { code, message: `WebSocket Error (Unexpected server response: ${String(code)})` };
}
