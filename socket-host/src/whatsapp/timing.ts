/** How long a connection may be quiet, deaf, stuck or waiting for its phone. Settings, because a test cannot wait for what a business can. */

export interface SocketTiming {
  /** How often WhatsApp is pinged. A connection on which nothing at all came for 1.6 times as long is dead. */
  readonly keepAliveMs: number;
  /** How long messages may have come in without one of them having been reported. */
  readonly deafAfterMs: number;
  /**
   * How long messages may have been about to leave without one of them having left. Longer than three questions that WhatsApp leaves
   * unanswered: those that sends ask fail by themselves, after half a minute each, and those of groups one after the other.
   */
  readonly stuckAfterMs: number;
  /** How long each QR code is shown; `null`: as long as the library shows it, 60 s the first and 20 s each further one. */
  readonly qrTimeoutMs: number | null;
}

/** With these, an account shows as connected for at most 45 s after the last sign of life. */
export const DEFAULT_TIMING: SocketTiming = {
  keepAliveMs: 25_000,
  deafAfterMs: 60_000,
  stuckAfterMs: 120_000,
  qrTimeoutMs: null,
};

/** The library shows the first code for this long, each further one for the second. Source: its socket.js. */
const FIRST_QR_MS = 60_000;
const NEXT_QR_MS = 20_000;

/** @param before how many codes were shown before. */
export function qrShownForMs({ qrTimeoutMs }: SocketTiming, before: number): number {
  return qrTimeoutMs ?? (before === 0 ? FIRST_QR_MS : NEXT_QR_MS);
}
