/** Takes a message we sent back from everyone's screen. */
import * as z from 'zod/mini';
import { messageIdSchema } from './text.ts';
import type { PayloadKind } from './payload-kind.ts';

export const deletePayloadSchema = z.strictObject({ kind: z.literal('delete'), targetId: messageIdSchema });
type DeletePayload = z.infer<typeof deletePayloadSchema>;

export const DELETE: PayloadKind<DeletePayload> = {
  schema: deletePayloadSchema,
  bodyOf: () => '',
  targetIdOf: ({ targetId }) => targetId,
  mistakeIn: () => null,
};
