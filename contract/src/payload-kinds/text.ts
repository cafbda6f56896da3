/** A text, which may answer another message of its thread. */
import * as z from 'zod/mini';
import { errorOf, type ErrorInfo } from '../failure.ts';
import { filled } from '../shapes.ts';
import type { PayloadKind } from './payload-kind.ts';

/** WhatsApp's own limit on the text of one message, in UTF-16 code units. */
export const MAX_TEXT_LENGTH = 65_536;

/** The id of a message in the same thread: WhatsApp's own. */
export const messageIdSchema = filled(128);

export const textSchema = z.string().check(
  z.maxLength(MAX_TEXT_LENGTH),
  z.refine((text) => text.trim() !== '', 'must not be empty'),
);

export const textPayloadSchema = z.strictObject({
  kind: z.literal('text'),
  text: textSchema,
  /** The message it answers. */
  quotedId: z.optional(messageIdSchema),
});
type TextPayload = z.infer<typeof textPayloadSchema>;

/** The two mistakes people make with a text have codes of their own. */
export function textMistakeIn({ text = '' }: Readonly<Record<string, unknown>>): ErrorInfo | null {
  if (typeof text !== 'string') return null;
  if (text.trim() === '') return errorOf('text_missing', '', 'payload.text');
  if (text.length <= MAX_TEXT_LENGTH) return null;
  const detail = `${String(text.length)} characters, at most ${String(MAX_TEXT_LENGTH)}`;
  return errorOf('text_too_long', detail, 'payload.text');
}

export const TEXT: PayloadKind<TextPayload> = {
  schema: textPayloadSchema,
  bodyOf: ({ text }) => text,
  targetIdOf: ({ quotedId = null }) => quotedId,
  mistakeIn: textMistakeIn,
};
