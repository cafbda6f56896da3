/** Another text in place of that of a message we sent. */
import * as z from 'zod/mini';
import { messageIdSchema, textMistakeIn, textSchema } from './text.ts';
import type { PayloadKind } from './payload-kind.ts';

export const editPayloadSchema = z.strictObject({
  kind: z.literal('edit'),
  targetId: messageIdSchema,
  text: textSchema,
});
type EditPayload = z.infer<typeof editPayloadSchema>;

export const EDIT: PayloadKind<EditPayload> = {
  schema: editPayloadSchema,
  bodyOf: ({ text }) => text,
  targetIdOf: ({ targetId }) => targetId,
  mistakeIn: textMistakeIn,
};
