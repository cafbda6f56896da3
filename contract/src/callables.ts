/** Inputs and outputs of the callable functions. */
import * as z from 'zod/mini';
import {
  BULK_ACTIONS,
  bulkCountsSchema,
  bulkStateSchema,
  MAX_BULK_RECIPIENTS,
  MAX_RECIPIENTS_PER_CALL,
  templateSchema,
} from './bulk.ts';
import { errorSchema } from './failure.ts';
import { requestIdSchema } from './ids.ts';
import { limitsSchema } from './limits.ts';
import { countSchema, filled, nameSchema, written } from './shapes.ts';
import { MAX_TEAMS, roleSchema, teamSchema } from './user.ts';

/** The teams somebody is given. */
const givenTeams = z.array(teamSchema).check(z.minLength(1), z.maxLength(MAX_TEAMS));

/**
 * `setUserRole`: gives a staff member a role, or takes it away with `role: null`. One of `uid` and `email` names them.
 *
 * The first admin appoints themself by it: signed in with the address the deployment was configured with
 * (`BOOTSTRAP_ADMIN_EMAIL`), which must be verified, while nobody is admin: `{ uid: <their own>, role: 'admin' }`. The new role is in
 * the next id token: call `getIdToken(true)` afterwards.
 */
export const setUserRoleInputSchema = z
  .strictObject({
    uid: z.optional(filled(128)),
    email: z.optional(z.email()),
    role: z.nullable(roleSchema),
    teams: z.optional(givenTeams),
  })
  .check(
    z.refine((input) => (input.uid === undefined) !== (input.email === undefined), {
      path: ['uid'],
      message: 'exactly one of uid and email is needed',
    }),
  );
export type SetUserRoleInput = z.infer<typeof setUserRoleInputSchema>;

export const setUserRoleOutputSchema = z.object({
  uid: z.string(),
  role: z.nullable(roleSchema),
  teams: z.array(teamSchema),
});
export type SetUserRoleOutput = z.infer<typeof setUserRoleOutputSchema>;

/**
 * `createUser`: a colleague who can sign in. Without a `password` the answer carries a link by which they choose one; it is a
 * credential, so hand it to them alone. Admins only.
 */
export const createUserInputSchema = z.strictObject({
  email: z.email().check(z.maxLength(254)),
  displayName: nameSchema,
  password: z.optional(z.string().check(z.minLength(8), z.maxLength(128))),
  role: roleSchema,
  teams: givenTeams,
});
export const createUserOutputSchema = z.object({ uid: z.string(), passwordResetLink: z.nullable(z.string()) });
export type CreateUserOutput = z.infer<typeof createUserOutputSchema>;

/** `setUserDisabled`: keeps a colleague from signing in, and ends where they are signed in; or lets them in again. Admins only. */
export const setUserDisabledInputSchema = z.strictObject({ uid: filled(128), disabled: z.boolean() });
export const setUserDisabledOutputSchema = z.object({ uid: z.string(), disabled: z.boolean() });
export type SetUserDisabledOutput = z.infer<typeof setUserDisabledOutputSchema>;

/**
 * What the callables for accounts have in common. A `requestId` makes asking twice the same as asking once; left out, the server
 * makes one. The answer names the account request that came of it, whose document tells when the host has acted.
 */
const asked = { requestId: z.optional(requestIdSchema) };
const accountId = filled(200);

/** `addAccount`: the account of this phone, made if it is not there yet. */
export const addAccountInputSchema = z.strictObject({
  ...asked,
  phone: filled(40),
  name: nameSchema,
  team: z.optional(teamSchema),
});
/** `relinkAccount`, `requestPairingCode`, `connectAccount`, `disconnectAccount`, `resetSession`, `deleteAccount`. */
export const changeAccountInputSchema = z.strictObject({ ...asked, accountId });
export const accountOutputSchema = z.object({ requestId: z.string(), accountId: z.string() });
export type AccountOutput = z.infer<typeof accountOutputSchema>;

/** `setAccountLimits`: what is left out stays; `null` means the host's default. */
export const setAccountLimitsInputSchema = z.strictObject({ accountId, limits: z.partial(limitsSchema) });
export const setAccountLimitsOutputSchema = z.object({ accountId: z.string(), limits: limitsSchema });
export type SetAccountLimitsOutput = z.infer<typeof setAccountLimitsOutputSchema>;

/** `releaseHold`: the account may send again. */
export const releaseHoldInputSchema = z.strictObject({ accountId });
export const releaseHoldOutputSchema = z.object({ accountId: z.string(), wasHeld: z.boolean() });
export type ReleaseHoldOutput = z.infer<typeof releaseHoldOutputSchema>;

/** `retryMessage`, `cancelMessage`: `requestId` is the id of the outbox entry, of a message or of a change of one. */
export const messageActionInputSchema = z.strictObject({ requestId: requestIdSchema });
export const retryMessageOutputSchema = z.object({ requestId: z.string(), status: z.literal('routed') });
export type RetryMessageOutput = z.infer<typeof retryMessageOutputSchema>;
export const cancelMessageOutputSchema = z.object({ requestId: z.string(), status: z.literal('cancelled') });
export type CancelMessageOutput = z.infer<typeof cancelMessageOutputSchema>;

/** `setOptOut`: by number, or by thread for a customer whose number is hidden. */
export const setOptOutInputSchema = z
  .strictObject({
    accountId,
    phone: z.optional(filled(40)),
    threadId: z.optional(filled(400)),
    isOptedOut: z.boolean(),
    reason: z.optional(written(200)),
  })
  .check(
    z.refine((input) => (input.phone === undefined) !== (input.threadId === undefined), {
      path: ['phone'],
      message: 'exactly one of phone and threadId is needed',
    }),
  );
export const setOptOutOutputSchema = z.object({ accountId: z.string(), isOptedOut: z.boolean() });
export type SetOptOutOutput = z.infer<typeof setOptOutOutputSchema>;

/** `cleanupDuplicates`: which customers have more than one thread with an account. Changes nothing. */
export const cleanupDuplicatesInputSchema = z.strictObject({ accountId });
export const cleanupDuplicatesOutputSchema = z.object({
  accountId: z.string(),
  /** How many threads were looked at; `isComplete` is false when the account has more. */
  looked: countSchema,
  isComplete: z.boolean(),
  duplicates: z.array(z.object({ phone: z.string(), threadIds: z.array(z.string()) })),
});
export type CleanupDuplicatesOutput = z.infer<typeof cleanupDuplicatesOutputSchema>;

/** Ids of its entries are made of it, so it is shorter than others. */
const bulkId = requestIdSchema.check(z.maxLength(60));

/** `createBulkSend`: an empty draft. `bulkId` is the caller's idempotency key. */
export const createBulkSendInputSchema = z.strictObject({
  bulkId,
  accountId,
  name: nameSchema,
  template: templateSchema,
});
export const createBulkSendOutputSchema = z.object({ bulkId: z.string() });
export type CreateBulkSendOutput = z.infer<typeof createBulkSendOutputSchema>;

/**
 * `addBulkRecipients`: a piece of the list, into a draft; the same piece again changes nothing. Each recipient is judged by
 * itself: those that are wrong are named in `refused` and left out. With `isDryRun` nothing is stored.
 */
export const addBulkRecipientsInputSchema = z.strictObject({
  bulkId,
  /** The place of the first of these in the whole list, from 0. */
  startAt: countSchema.check(z.maximum(MAX_BULK_RECIPIENTS - 1)),
  recipients: z
    .array(
      z.strictObject({
        phone: z.string().check(z.maxLength(100)),
        variables: z._default(z.record(z.string(), z.unknown()), {}),
      }),
    )
    .check(z.minLength(1), z.maxLength(MAX_RECIPIENTS_PER_CALL)),
  isDryRun: z._default(z.boolean(), false),
});
export const addBulkRecipientsOutputSchema = z.object({
  bulkId: z.string(),
  accepted: countSchema,
  /** By place in the whole list. */
  refused: z.array(z.object({ position: z.int(), error: errorSchema })),
  optedOut: countSchema,
  /** The first messages as they would read. */
  samples: z.array(z.string()),
});
export type AddBulkRecipientsOutput = z.infer<typeof addBulkRecipientsOutputSchema>;

/** `controlBulkSend`: whoever starts or resumes it sends it, from then on. */
export const controlBulkSendInputSchema = z.strictObject({
  bulkId,
  action: z.enum(BULK_ACTIONS),
});
export const controlBulkSendOutputSchema = z.object({
  bulkId: z.string(),
  state: bulkStateSchema,
  counts: bulkCountsSchema,
  /** Why it was paused or cancelled at once, by itself. */
  error: z.nullable(errorSchema),
});
export type ControlBulkSendOutput = z.infer<typeof controlBulkSendOutputSchema>;
