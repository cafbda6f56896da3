/**
 * What the rest of the host knows of WhatsApp: the port every socket implements and the events it reports.
 * Plain data only; no type of the library behind it appears here.
 */
import type { RoutedOutbox } from '@switchboard/contract/outbox';
import type { Payload } from '@switchboard/contract/payload';

/** One connection of one account. Dead for good once it reported `closed`: build another. */
export interface WhatsAppSocket {
  /**
   * Builds the wire form of a payload once; the same bytes serve every resend and every retry receipt.
   *
   * @param about needed by what answers or changes a message. @throws when it is missing there.
   */
  buildMessage(payload: Payload, about?: About): Uint8Array;
  /**
   * Sends a built message and resolves with what WhatsApp's server said of it, never with "bytes written".
   * Rejects only on bugs; a dead socket is an outcome.
   *
   * @param recipientJid bare jid; the socket addresses a person by LID when it knows one.
   */
  send(recipientJid: string, waMessageId: string, built: Uint8Array): Promise<SendOutcome>;
  /** How many others are in a group; `null` for a person, and while WhatsApp does not tell. Never rejects. */
  countMembers(recipientJid: string): Promise<number | null>;
  /**
   * Shows the recipient "typing …", which ends with the next message. A courtesy: it may reject, and a dead socket shows nothing.
   *
   * @param signal aborted when it is too late to show it.
   */
  showTyping(recipientJid: string, signal: AbortSignal): Promise<void>;
  /** Asks WhatsApp for an 8-character code to be typed into the phone. */
  requestPairingCode(phoneE164: string): Promise<string>;
  /** Closes the connection and keeps the link. Resolves when the socket is closed, at most 2 s later. */
  end(): Promise<void>;
  /** Ends the link: the phone no longer lists this device. */
  logout(): Promise<void>;
}

/** What of an entry tells which message it is about. */
export type About = Pick<RoutedOutbox, 'recipientJid' | 'target' | 'createdAt'>;

export type SendOutcome =
  /** WhatsApp's server took the message. */
  | {
      readonly kind: 'acked';
      readonly serverAt: Date | null;
      /** Of a group: how many members it went to, ourselves not counted. */
      readonly recipientCount?: number;
    }
  /** WhatsApp's server refused it, with its code (`463`, `479`, ...). */
  | { readonly kind: 'refused'; readonly code: string }
  /** It is certain that nothing left: no connection, or the recipient has no WhatsApp. */
  | {
      readonly kind: 'not-sent';
      readonly reason: 'not-connected' | 'not-on-whatsapp' | 'not-encrypted';
      readonly detail: string;
    }
  /** Bytes may have left and no answer came (30 s, or the connection died first). */
  | { readonly kind: 'unacknowledged'; readonly detail: string };

export type SocketEvent =
  | { readonly type: 'qr'; readonly qr: string; readonly expiresInMs: number }
  /** Scanned: credentials are saved; the server will now close with 515 and want a new socket. */
  | { readonly type: 'linked' }
  | { readonly type: 'open'; readonly waJid: string; readonly waLid: string | null; readonly pushName: string | null }
  /** `code` is WhatsApp's or the library's close code; `null` when we ended it ourselves. */
  | { readonly type: 'closed'; readonly code: number | null; readonly message: string }
  /** `stored` is to be called once the message is in Firestore; until then it is kept with the session. */
  | { readonly type: 'message'; readonly message: WireMessage; readonly stored: () => void }
  /** `stored` is to be called once what it says is in Firestore; until then WhatsApp is not told that we have it. */
  | { readonly type: 'receipt'; readonly receipt: WireReceipt; readonly stored: () => void };

/** What became of a message we sent, reported by the recipient's devices or, as `failed`, by the server. */
export interface WireReceipt {
  readonly waMessageId: string;
  readonly status: 'delivered' | 'read' | 'played' | 'failed';
  /** WhatsApp's error code when `failed`. */
  readonly errorCode: string | null;
  /** Who reported it, in a group. */
  readonly participantJid: string | null;
  /** Of what this host has sent itself: its message is there, or will never be, as for a reaction. */
  readonly isSentHere?: boolean;
}

/** Where a message comes from: as it happens, kept by the server while we were away, or the phone's past. */
export type WireSource = 'live' | 'backlog' | 'history';

/** A message as the wire showed it, inbound or written on the account's own phone. */
export interface WireMessage {
  readonly waMessageId: string;
  readonly source: WireSource;
  /** The customer or group, bare, in the spelling the wire used. */
  readonly chatJid: string;
  /** The same customer's other spelling (LID for a number, number for a LID), where known. */
  readonly chatAltJid: string | null;
  readonly isGroup: boolean;
  /** Written by the account itself: on its phone, on another linked device, or by us. */
  readonly fromMe: boolean;
  readonly senderJid: string | null;
  readonly senderName: string | null;
  readonly sentAt: Date | null;
  /** Of the account's own in the phone's past, not to a group: how far the phone knows that it came, where that is farther than `sent`. */
  readonly status?: 'delivered' | 'read' | 'played';
  readonly content: WireContent;
}

/** The message a text answers, as its sender's app copied it. */
export interface WireQuote {
  readonly waMessageId: string;
  /** Who wrote that, bare; `null` when it was not told. */
  readonly authorJid: string | null;
  readonly text: string | null;
}

/** What is no message but changes one. `at` is by the clock of who did it; `null` when it was not told. */
export type WireChange =
  /** `emoji: null` takes it back. */
  | { readonly kind: 'reaction'; readonly targetId: string; readonly emoji: string | null; readonly at: Date | null }
  | { readonly kind: 'edit'; readonly targetId: string; readonly text: string; readonly at: Date | null }
  | { readonly kind: 'delete'; readonly targetId: string };

export type WireContent =
  | { readonly kind: 'text'; readonly text: string; readonly quote?: WireQuote }
  | WireChange
  /** A kind we cannot show yet, by its wire name. Kept, never dropped. */
  | { readonly kind: 'unsupported'; readonly wireKind: string }
  /** Could not be decrypted; the sender was asked to send it again under the same id. */
  | { readonly kind: 'undecryptable' }
  /** Says nothing to a person, and may have been stored as one that could not be decrypted. */
  | { readonly kind: 'nothing' };
