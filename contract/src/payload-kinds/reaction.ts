/** An emoji on a message, theirs or ours. `emoji: null` takes ours back; each side has at most one per message. */
import * as z from 'zod/mini';
import { errorOf } from '../failure.ts';
import { messageIdSchema } from './text.ts';
import type { PayloadKind } from './payload-kind.ts';

/** No emoji is longer, in UTF-16 code units: families and flags are joined of many. */
const MAX_EMOJI_LENGTH = 40;
const EMOJI = /^(?:\p{RGI_Emoji}|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F?)$/v;

/** Whether a text is exactly one emoji, as people see it. */
export function isEmoji(text: string): boolean {
  return text.length <= MAX_EMOJI_LENGTH && EMOJI.test(text);
}

export const reactionPayloadSchema = z.strictObject({
  kind: z.literal('reaction'),
  targetId: messageIdSchema,
  emoji: z.nullable(z.string().check(z.refine(isEmoji, 'must be exactly one emoji'))),
});
type ReactionPayload = z.infer<typeof reactionPayloadSchema>;

export const REACTION: PayloadKind<ReactionPayload> = {
  schema: reactionPayloadSchema,
  bodyOf: ({ emoji }) => emoji ?? '',
  targetIdOf: ({ targetId }) => targetId,
  mistakeIn: ({ emoji }) =>
    typeof emoji === 'string' && !isEmoji(emoji) ? errorOf('emoji_invalid', '', 'payload.emoji') : null,
};
