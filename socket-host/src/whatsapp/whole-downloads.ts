/**
 * How the library fetches what WhatsApp keeps outside the socket: history and app state. It decrypts such a file while it comes in, and
 * does not hear when it breaks off half way: an exception that nobody catches, which ends the process with all its accounts, or, if
 * caught, an account that waits for ever with its lock held. So a file is handed over whole or not at all, and one that stops coming in
 * is given up. Source: `downloadEncryptedContent` in its messages-media.js, https://github.com/WhiskeySockets/Baileys/issues/2750.
 */
import { Agent, interceptors, type Dispatcher } from 'undici';

type Handler = Dispatcher.DispatchHandler;
type Controller = Dispatcher.DispatchController;
type ResponseHead = Parameters<NonNullable<Handler['onResponseStart']>>;

/** How long the server may send nothing, ms. */
const SILENCE_MS = 30_000;
const MAX_RETRIES = 3;
const FIRST_RETRY_MS = 500;
/** Far more than any history chunk has; it is held in memory. */
const MAX_BYTES = 128 * 1024 * 1024;

/** Holds an answer back until all of it is there. */
class WholeAnswer implements Handler {
  readonly #to: Handler;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #head: ResponseHead | null = null;

  constructor(to: Handler) {
    this.#to = to;
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.#to.onRequestStart?.(controller, context);
  }

  onResponseStart(...head: ResponseHead): void {
    this.#head = head;
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_BYTES) controller.abort(new Error(`the file is larger than ${String(MAX_BYTES)} bytes`));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(...end: Parameters<NonNullable<Handler['onResponseEnd']>>): void {
    const [controller] = end;
    if (this.#head) this.#to.onResponseStart?.(...this.#head);
    if (this.#bytes > 0) this.#to.onResponseData?.(controller, Buffer.concat(this.#chunks));
    this.#to.onResponseEnd?.(...end);
  }

  onResponseError(controller: Controller, error: Error): void {
    this.#to.onResponseError?.(controller, error);
  }
}

const files = new Agent({ headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS }).compose(
  (dispatch) => (wanted, handler) => dispatch(wanted, new WholeAnswer(handler)),
  // Outside of the above, so that it is never a part that is asked for again.
  interceptors.retry({ maxRetries: MAX_RETRIES, minTimeout: FIRST_RETRY_MS }),
);

/** The `options` of a socket. */
export const WHOLE_DOWNLOADS: RequestInit = {
  // Node's own fetch takes one of this version; its types are of another.
  dispatcher: files as unknown as NonNullable<RequestInit['dispatcher']>,
};
