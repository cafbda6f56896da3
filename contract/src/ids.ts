/**
 * Every id of the system is made and read here and nowhere else. Ids are deterministic where two writers may
 * name the same thing: a retry, a second host or a duplicate trigger then meets the document that is there.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod/mini';

function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** Which deployment an account belongs to (`prod`, `demo`, ...): keeps test links apart from real ones. */
export const environmentSchema = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9]{0,15}$/, 'must be 1 to 16 lower-case letters or digits'));

const ACCOUNT_ID = /^account_[a-z][a-z0-9]{0,15}_[0-9a-f]{32}$/;
export const accountIdSchema = z
  .string()
  .check(z.regex(ACCOUNT_ID, 'must be an account id (account_{env}_{32 hex digits})'));

/** One phone, one account: `account_{env}_{first 32 hex of sha256(E.164 phone)}`. */
export function accountIdOf(environment: string, phoneE164: string): string {
  return `account_${environment}_${sha256Hex(phoneE164).slice(0, 32)}`;
}

/** An id a client chose for a document of its own; it is the idempotency key of what it asks for. */
export const requestIdSchema = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be 1 to 128 letters, digits, "_" or "-"'));

/**
 * The WhatsApp message id of an outbox entry, fixed before anything is sent, so that a resend, the server's ack,
 * the echo and each receipt meet on one key. Same shape as WhatsApp Web's own ids.
 */
export function waMessageIdOf(accountId: string, requestId: string): string {
  return `3EB0${sha256Hex(`${accountId}|${requestId}`).slice(0, 18).toUpperCase()}`;
}

/** What Firestore takes as the id of a document, and no path is broken by. */
const STORABLE = /^(?!__.*__$)[\w-]{1,128}$/;

/**
 * The id a message is stored under. It is WhatsApp's own, which is up to the sender's app: one that no document can have stands by
 * its hash, wherever it is named.
 */
export function storedMessageIdOf(wireId: string): string {
  return STORABLE.test(wireId) ? wireId : `x${sha256Hex(wireId).slice(0, 40)}`;
}

/** The thread id for a person first seen as `jid` (bare). Opaque afterwards: read the thread's fields, never its id. */
export function threadIdOf(accountId: string, jid: string): string {
  return `${accountId}__${jid}`;
}

/** Points one spelling of a person (`jid`, bare) at their one thread. */
export function identityIdOf(accountId: string, jid: string): string {
  return `${accountId}__${jid}`;
}

/** Who asked an account not to write to them, by phone number (E.164) or, where it is hidden, by bare jid. */
export function optOutIdOf(accountId: string, phoneOrJid: string): string {
  return `${accountId}__${phoneOrJid}`;
}

/** One number, one recipient of a bulk send, however often the list names it. Logs name recipients, so no number is in it. */
export function bulkRecipientIdOf(bulkId: string, phoneE164: string): string {
  return sha256Hex(`${bulkId}|${phoneE164}`).slice(0, 20);
}

const BULK_PREFIX = 'bulk_';

/** The outbox entry of a bulk recipient: asked for again after a crash, it is the entry that is there. */
export function bulkRequestIdOf(bulkId: string, recipientId: string): string {
  return `${BULK_PREFIX}${bulkId}_${recipientId}`;
}

/** Whether an outbox entry belongs to a bulk send. Only functions make such ids: the rules keep them from clients. */
export function isBulkRequestId(requestId: string): boolean {
  return requestId.startsWith(BULK_PREFIX);
}

/** An incident is deduplicated by what it is about: the same trouble on the same account updates one document. */
export function incidentIdOf(accountId: string, type: string): string {
  return `${accountId}__${type}`;
}
