/** What functions log, one function per line. Never message text, recipients or whole phone numbers. */
import type { ErrorInfo } from '@switchboard/contract/failure';
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
