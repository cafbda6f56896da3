/** Who did what: one entry per accepted action of a person, written in the commit that carries the action out. */
import * as z from 'zod/mini';
import { timestampSchema } from './timestamp.ts';

export const AUDIT_ACTIONS = [
  'account.add',
  'account.relink',
  'account.pairing_code',
  'account.connect',
  'account.disconnect',
  'account.reset',
  'account.delete',
  'account.limits',
  'account.release_hold',
  'message.retry',
  'message.cancel',
  'opt_out.set',
  'opt_out.lift',
  'bulk.create',
  'bulk.recipients',
  'bulk.start',
  'bulk.pause',
  'bulk.resume',
  'bulk.cancel',
  'user.create',
  'user.disable',
  'user.enable',
  'user.role',
  'threads.cleanup',
] as const;
export const auditActionSchema = z.enum(AUDIT_ACTIONS);
export type AuditAction = z.infer<typeof auditActionSchema>;

/** `auditLog/{id}`: written by functions, read by admins, changed by nobody. */
export const auditEntrySchema = z.object({
  action: auditActionSchema,
  /** The uid of who did it. */
  by: z.string(),
  accountId: z.nullable(z.string()),
  /** What it was done to: an account request, an outbox entry, a bulk send, a user. Never a phone number. */
  target: z.nullable(z.string()),
  /** What was chosen. Never message text, keys or phone numbers. */
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  at: timestampSchema,
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
