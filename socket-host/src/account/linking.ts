/** Shows the codes that link a phone: a QR code, or eight characters to type. Owns the linking document. */
import type { LinkMethod } from '@switchboard/contract/account';
import QRCode from 'qrcode';
import type { Clock } from '../clock.ts';
import { clearLinking, writeLinking } from '../store/accounts.ts';
import type { Database } from '../store/firestore.ts';
import type { KnownVersion } from '../store/undisturbed.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import type { AccountRecord } from './account-record.ts';
import { codeNotShown } from './log-events.ts';

/** How long the phone accepts a typed code: as long as the connection that asked for it offers to link. */
const PAIRING_CODE_MS = 160_000;

export interface LinkingDependencies {
  readonly db: Database;
  readonly accountId: string;
  /** Of the lease this host holds. */
  readonly epoch: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly record: AccountRecord;
}

/** What a connection without a link has to show, and the way somebody asked to link. */
export interface Offer {
  readonly method: LinkMethod;
  readonly qr: string;
  readonly expiresInMs: number;
}

interface Code {
  readonly qr: string | null;
  readonly qrDataUrl: string | null;
  readonly pairingCode: string | null;
}

export class Linking {
  readonly #with: LinkingDependencies;
  #attempt = 0;
  /** The connection a typed code was asked on: it gets one code, which holds while the connection does. */
  #codedSocket: WhatsAppSocket | null = null;
  /** The code of ours that is in Firestore. What a former owner left went when the account was taken. */
  #shown: KnownVersion | null = null;

  constructor(dependencies: LinkingDependencies) {
    this.#with = dependencies;
  }

  /** Shows the code this offer is good for. Where WhatsApp gives none to type, the next offer asks again. */
  async show(socket: WhatsAppSocket, offer: Offer, phoneE164: string): Promise<void> {
    if (offer.method === 'qr') {
      const qrDataUrl = await QRCode.toDataURL(offer.qr, { errorCorrectionLevel: 'L', margin: 2, scale: 5 });
      await this.#write({ qr: offer.qr, qrDataUrl, pairingCode: null }, offer.expiresInMs);
      return;
    }
    if (this.#codedSocket === socket) return;
    try {
      const pairingCode = await socket.requestPairingCode(phoneE164);
      this.#codedSocket = socket;
      await this.#write({ qr: null, qrDataUrl: null, pairingCode }, PAIRING_CODE_MS);
    } catch (error) {
      codeNotShown(this.#with.logger, error);
    }
  }

  async hide(): Promise<void> {
    this.#attempt = 0;
    const shown = this.#shown;
    if (!shown) return;
    const { db, accountId, record } = this.#with;
    await record.stored(() => clearLinking(db, accountId, shown));
    this.#shown = null;
  }

  async #write(code: Code, expiresInMs: number): Promise<void> {
    const { db, clock, record } = this.#with;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const expiresAtMs = clock.nowMs() + expiresInMs;
    await record.stored(async () => {
      this.#shown = await writeLinking(db, this.#with, { ...code, expiresAtMs, attempt }, this.#shown);
    });
  }
}
