/**
 * A bulk send: one template to a list of people, handed to the outbox a few at a time.
 *
 *   draft ──▶ running ◀──▶ paused        running ──▶ done, once every recipient has an end
 *     │          │           │
 *     └──────────┴───────────┴──▶ cancelling ──▶ cancelled
 *
 * Functions write all of it. `cancelling` hands over nothing any more and takes back what waits in the outbox.
 *
 * People steer it. By itself it is paused when whoever sends it may not any more or its account is not there, and cancelled when
 * its account was deleted.
 */
import * as z from 'zod/mini';
import { errorSchema } from './failure.ts';
import { MAX_TEXT_LENGTH, textSchema } from './payload-kinds/text.ts';
import { countSchema, nullIfMissing } from './shapes.ts';
import { timestampSchema } from './timestamp.ts';
import { teamSchema } from './user.ts';

export const MAX_BULK_RECIPIENTS = 10_000;
/** How many recipients one call adds: they are stored in one commit. */
export const MAX_RECIPIENTS_PER_CALL = 500;

export const bulkStateSchema = z.enum(['draft', 'running', 'paused', 'cancelling', 'cancelled', 'done']);
export type BulkState = z.infer<typeof bulkStateSchema>;

export const BULK_ACTIONS = ['start', 'pause', 'resume', 'cancel'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

const NEXT: Record<BulkAction, Partial<Record<BulkState, BulkState>>> = {
  start: { draft: 'running' },
  pause: { running: 'paused' },
  resume: { paused: 'running' },
  cancel: { draft: 'cancelling', running: 'cancelling', paused: 'cancelling' },
};

/** The state an action leads to; `null` when a bulk send in this state cannot be asked for it. */
export function bulkStateAfter(state: BulkState, action: BulkAction): BulkState | null {
  return NEXT[action][state] ?? null;
}

/** Whether what an action wants is so already: asking twice is no mistake. */
export function isBulkActionDone(state: BulkState, action: BulkAction): boolean {
  if (action === 'cancel') return state === 'cancelling' || state === 'cancelled';
  if (action === 'pause') return state === 'paused';
  return state === 'running' || state === 'done';
}

/**
 * waiting: not handed over · handed_over: in the outbox · the rest are ends: what the outbox entry came to, `skipped` when the
 * recipient had opted out, `failed` also when the entry was refused.
 */
export const recipientStateSchema = z.enum(['waiting', 'handed_over', 'sent', 'failed', 'skipped', 'cancelled']);
export type RecipientState = z.infer<typeof recipientStateSchema>;

/** How many recipients are in each state. */
export const bulkCountsSchema = z.object({
  waiting: countSchema,
  handed_over: countSchema,
  sent: countSchema,
  failed: countSchema,
  skipped: countSchema,
  cancelled: countSchema,
});
export type BulkCounts = z.infer<typeof bulkCountsSchema>;
export const NO_COUNTS: BulkCounts = { waiting: 0, handed_over: 0, sent: 0, failed: 0, skipped: 0, cancelled: 0 };

export const templateSchema = textSchema;

const variableName = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,31}$/i, 'must be 1 to 32 letters, digits or "_"'));
export const variablesSchema = z
  .record(variableName, z.string().check(z.maxLength(1_000)))
  .check(z.refine((variables) => Object.keys(variables).length <= 20, 'must be at most 20 variables'));
export type Variables = z.infer<typeof variablesSchema>;

/** `bulkSends/{bulkId}` */
export const bulkSendSchema = z.object({
  accountId: z.string(),
  team: teamSchema,
  name: z.string(),
  template: z.string(),
  state: bulkStateSchema,
  counts: bulkCountsSchema,
  createdAt: timestampSchema,
  createdBy: z.string(),
  /** Who started or resumed it last; `null` before that, and where that was not noted yet. */
  sentBy: nullIfMissing(z.string()),
  /** Why it was paused or cancelled, where no person did that. */
  error: nullIfMissing(errorSchema),
  startedAt: z.nullable(timestampSchema),
  endedAt: z.nullable(timestampSchema),
  updatedAt: timestampSchema,
});
export type BulkSend = z.infer<typeof bulkSendSchema>;

/** In whose name a bulk send is handed over: they are the author of its entries, and have to be allowed to write. */
export function senderOf({ sentBy, createdBy }: Pick<BulkSend, 'sentBy' | 'createdBy'>): string {
  return sentBy ?? createdBy;
}

/** `bulkSends/{bulkId}/recipients/{bulkRecipientIdOf(bulkId, phone)}` */
export const bulkRecipientSchema = z.object({
  /** Its place in the list: they are written to in this order. */
  position: countSchema,
  phoneE164: z.string(),
  variables: variablesSchema,
  state: recipientStateSchema,
  error: z.nullable(errorSchema),
  updatedAt: timestampSchema,
});
export type BulkRecipient = z.infer<typeof bulkRecipientSchema>;

const PLACEHOLDER = /\{\{\s*([a-z][a-z0-9_]{0,31})\s*\}\}/gi;

export type Rendered =
  | { readonly ok: true; readonly text: string }
  /** What the text lacks, in words. */
  | { readonly ok: false; readonly problem: string };

/** Fills `{{name}}` in a template. Refuses a variable that is not given: a customer must never read a placeholder. */
export function renderTemplate(template: string, variables: Variables): Rendered {
  const missing = new Set<string>();
  const text = template.replaceAll(PLACEHOLDER, (_, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) missing.add(name);
    return value ?? '';
  });
  if (missing.size > 0) return { ok: false, problem: `no value for ${[...missing].join(', ')}` };
  if (text.trim() === '') return { ok: false, problem: 'the text is empty' };
  if (text.length > MAX_TEXT_LENGTH) return { ok: false, problem: 'the text is too long' };
  return { ok: true, text };
}
