/**
 * What an outbox entry asks to send: one kind each, described in `payload-kinds/`; the host's `to-wire` has one builder each.
 *
 * Kinds that say something make a message of their own. A reaction, an edit and a deletion are changes: they make none, but
 * change the message they name once WhatsApp has taken them (`message.ts`, `pendingChange`).
 */
import * as z from 'zod/mini';
import { errorOfIssues, type ErrorInfo } from './failure.ts';
import { DELETE, deletePayloadSchema } from './payload-kinds/delete.ts';
import { EDIT, editPayloadSchema } from './payload-kinds/edit.ts';
import type { PayloadKind } from './payload-kinds/payload-kind.ts';
import { REACTION, reactionPayloadSchema } from './payload-kinds/reaction.ts';
import { TEXT, textPayloadSchema } from './payload-kinds/text.ts';

export { isEmoji } from './payload-kinds/reaction.ts';
export { MAX_TEXT_LENGTH } from './payload-kinds/text.ts';

export const payloadSchema = z.discriminatedUnion('kind', [
  textPayloadSchema,
  reactionPayloadSchema,
  editPayloadSchema,
  deletePayloadSchema,
]);
export type Payload = z.infer<typeof payloadSchema>;
type Kind = Payload['kind'];

const KINDS: { readonly [K in Kind]: PayloadKind<Extract<Payload, { kind: K }>> } = {
  text: TEXT,
  reaction: REACTION,
  edit: EDIT,
  delete: DELETE,
};

/** The kind of a payload, typed to take it: what TypeScript cannot see through the union. */
function kindOf(payload: Payload): PayloadKind<Payload> {
  return KINDS[payload.kind] as unknown as PayloadKind<Payload>;
}

export const changeKindSchema = z.enum(['reaction', 'edit', 'delete']);
export type ChangeKind = z.infer<typeof changeKindSchema>;
export type Change = Extract<Payload, { kind: ChangeKind }>;

/** Whether a payload changes a message that is there instead of making one. */
export function isChange(payload: Payload): payload is Change {
  return changeKindSchema.safeParse(payload.kind).success;
}

/** A few words that stand for a payload in lists and notifications. */
export function bodyOf(payload: Payload): string {
  return kindOf(payload).bodyOf(payload);
}

/** The message of the same thread a payload answers or changes; `null` when it is about none. */
export function targetIdOf(payload: Payload): string | null {
  return kindOf(payload).targetIdOf(payload);
}

const anyPayload = z.looseObject({ kind: z.union([changeKindSchema, z.literal('text')]) });

/** Words why a payload was refused: mistakes people make with a kind have codes of their own. */
export function payloadErrorOf(payload: unknown, error: z.core.$ZodError): ErrorInfo {
  const asked = anyPayload.safeParse(payload);
  const mistake = asked.success ? KINDS[asked.data.kind].mistakeIn(asked.data) : null;
  return mistake ?? errorOfIssues(error);
}
