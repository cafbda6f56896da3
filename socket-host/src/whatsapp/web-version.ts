/** The version of WhatsApp Web that a client says it is: what one is, how two compare, and how the newest is learned. */
import { DEFAULT_CONNECTION_CONFIG } from '@whiskeysockets/baileys';

export type WebVersion = readonly [number, number, number];

/** The version the library was published with. It grows old: WhatsApp refuses versions after some months. */
export const LIBRARY_VERSION: WebVersion = DEFAULT_CONNECTION_CONFIG.version;

/** All web clients share these two; the revision alone counts up. */
const [MAJOR, MINOR] = LIBRARY_VERSION;
const FETCH_TIMEOUT_MS = 10_000;
/** The server answers other programs than browsers with a page that names no version. */
const BROWSER_HEADERS = {
  'sec-fetch-site': 'none',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
};

export function isSame(a: WebVersion, b: WebVersion): boolean {
  return a.join() === b.join();
}

export function isNewer(a: WebVersion, b: WebVersion): boolean {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0);
}

/** The version a web client's source names; `null` when it names none. */
export function parseWebVersion(source: string): WebVersion | null {
  const revision = /\\?"client_revision\\?":\s*(\d{1,15})/.exec(source)?.[1];
  return revision === undefined ? null : [MAJOR, MINOR, Number(revision)];
}

/** Asks for the newest version. @throws when there is no answer that names one. */
export async function fetchWebVersion(url: string): Promise<WebVersion> {
  const answer = await fetch(url, { headers: BROWSER_HEADERS, signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`answered with ${String(answer.status)}`);
  const version = parseWebVersion(await answer.text());
  if (!version) throw new Error('the answer names no version');
  return version;
}
