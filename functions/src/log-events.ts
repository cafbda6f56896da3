/** What functions log, one function per line. Never message text, recipients or whole phone numbers. */
import type { AuditAction } from '@switchboard/contract/audit';
import type { ErrorInfo } from '@switchboard/contract/failure';
import { maskNumbers } from '@switchboard/contract/phone';
import type { Role } from '@switchboard/contract/user';

export interface Log {
  debug(message: string, fields: Record<string, unknown>): void;
  info(message: string, fields: Record<string, unknown>): void;
  warn(message: string, fields: Record<string, unknown>): void;
}

export function outboxRouted(log: Log, requestId: string, accountId: string, waMessageId: string): void {
  log.debug('outbox entry routed', { requestId, accountId, waMessageId });
}

/** The detail of a message may quote what the client wrote, so only code and field are logged. */
export function outboxRejected(log: Log, requestId: string, error: ErrorInfo): void {
  log.info('outbox entry rejected', { requestId, code: error.code, field: error.field });
}

export function outboxAlreadySettled(log: Log, requestId: string): void {
  log.debug('outbox entry was settled before, duplicate event ignored', { requestId });
}

export function accountRequestRouted(log: Log, requestId: string, accountId: string, type: string): void {
  log.info('account request routed', { requestId, accountId, type });
}

export function accountRequestRejected(log: Log, requestId: string, error: ErrorInfo): void {
  log.info('account request rejected', { requestId, code: error.code, field: error.field });
}

export function accountRequestAlreadySettled(log: Log, requestId: string): void {
  log.debug('account request was settled before, duplicate event ignored', { requestId });
}

export function userRoleSet(log: Log, uid: string, role: Role | null, by: string, isBootstrap: boolean): void {
  log.warn('user role set', { uid, role, by, isBootstrap });
}

export function sweepDone(log: Log, what: string, count: number): void {
  log.info('sweep handled entries', { what, count });
}

export function sweepBroke(log: Log, what: string, id: string, error: unknown): void {
  log.warn('sweep could not handle one entry', { what, id, reason: reasonOf(error) });
}

export function unwantedEnded(log: Log, count: number): void {
  log.info('messages that waited for somebody who opted out were cancelled', { count });
}

export function linkingExpired(log: Log, accountId: string): void {
  log.info('linking code without a host removed', { accountId });
}

export function accountsWithoutHost(log: Log, count: number): void {
  log.warn('accounts without a running host', { count });
}

export function accountsUnconnected(log: Log, count: number): void {
  log.warn('accounts of silent hosts shown as reconnecting', { count });
}

export function hostsRestored(log: Log, count: number): void {
  log.warn('accounts name hosts without a document, which hosts do not find: documents written', { count });
}

export function purged(log: Log, what: string, count: number): void {
  log.info('old documents removed', { what, count });
}

export function noticesEnded(log: Log, count: number): void {
  log.info('old notices resolved', { count });
}

export function bulkMoved(log: Log, bulkId: string, handedOver: number, ended: number): void {
  log.debug('bulk send moved on', { bulkId, handedOver, ended });
}

export function bulkEnded(log: Log, bulkId: string, state: string): void {
  log.info('bulk send ended', { bulkId, state });
}

export function bulkStopped(log: Log, bulkId: string, state: string, error: ErrorInfo): void {
  log.warn('bulk send may not go on', { bulkId, state, code: error.code });
}

export function bulkBroke(log: Log, bulkId: string, error: unknown): void {
  log.warn('bulk send could not move on, it is tried again', { bulkId, reason: reasonOf(error) });
}

export function deedDone(log: Log, action: AuditAction, by: string, target: string): void {
  log.info('call carried out', { action, by, target });
}

/** Firestore's errors name the document, and that of a thread its customer's number. */
function reasonOf(error: unknown): string {
  return maskNumbers(error instanceof Error ? error.message : String(error));
}
