/** Shows the codes that link a phone: a QR code, or eight characters to type. Owns the linking document. */
import QRCode from 'qrcode';
import type { Clock } from '../clock.ts';
import { clearLinking, writeLinking } from '../store/accounts.ts';
import type { Database } from '../store/firestore.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';

/** How long the phone accepts a typed code: as long as the connection that asked for it offers to link. */
const PAIRING_CODE_MS = 160_000;

export class Linking {
  readonly #db: Database;
  readonly #accountId: string;
  readonly #clock: Clock;
  #attempt = 0;
  /** The connection a typed code was asked on: it gets one code, which holds while the connection does. */
  #codedSocket: WhatsAppSocket | null = null;
  /** Whether a code may be in Firestore: the owner before us may have left one. */
  #isShown = true;

  constructor(db: Database, accountId: string, clock: Clock) {
    this.#db = db;
    this.#accountId = accountId;
    this.#clock = clock;
  }

  async showQr(qr: string, expiresInMs: number): Promise<void> {
    const qrDataUrl = await QRCode.toDataURL(qr, { errorCorrectionLevel: 'L', margin: 2, scale: 5 });
    await this.#show({ qr, qrDataUrl, pairingCode: null }, expiresInMs);
  }

  /** @throws when WhatsApp gives no code; asking again is fine. */
  async showPairingCode(socket: WhatsAppSocket, phoneE164: string): Promise<void> {
    if (this.#codedSocket === socket) return;
    const pairingCode = await socket.requestPairingCode(phoneE164);
    this.#codedSocket = socket;
    await this.#show({ qr: null, qrDataUrl: null, pairingCode }, PAIRING_CODE_MS);
  }

  async hide(): Promise<void> {
    this.#attempt = 0;
    if (!this.#isShown) return;
    await clearLinking(this.#db, this.#accountId);
    this.#isShown = false;
  }

  async #show(
    code: { readonly qr: string | null; readonly qrDataUrl: string | null; readonly pairingCode: string | null },
    expiresInMs: number,
  ): Promise<void> {
    this.#attempt += 1;
    this.#isShown = true;
    const expiresAtMs = this.#clock.nowMs() + expiresInMs;
    await writeLinking(this.#db, this.#accountId, { ...code, expiresAtMs, attempt: this.#attempt });
  }
}
