/** What an outbox entry asks to send. Each kind is one member of the union; the host's `to-wire` has one builder each. */
import { z } from 'zod';
import { errorOf, errorOfIssues, type ErrorInfo } from './failure.ts';

/** WhatsApp's own limit on the text of one message, in UTF-16 code units. */
export const MAX_TEXT_LENGTH = 65_536;

export const textPayloadSchema = z.strictObject({
  kind: z.literal('text'),
  text: z
    .string()
    .max(MAX_TEXT_LENGTH)
    .refine((text) => text.trim() !== '', 'must not be empty'),
});

export const payloadSchema = z.discriminatedUnion('kind', [textPayloadSchema]);
export type Payload = z.infer<typeof payloadSchema>;

/** A few words that stand for a payload in lists and notifications. */
export function bodyOf(payload: Payload): string {
  return payload.text;
}

/** Words why a payload was refused: the two mistakes people make with a text have codes of their own. */
export function payloadErrorOf(payload: unknown, error: z.ZodError): ErrorInfo {
  const asked = z.object({ kind: z.literal('text'), text: z.string().optional() }).safeParse(payload);
  if (!asked.success) return errorOfIssues(error);
  const { text = '' } = asked.data;
  if (text.trim() === '') return errorOf('text_missing', '', 'payload.text');
  if (text.length <= MAX_TEXT_LENGTH) return errorOfIssues(error);
  const detail = `${String(text.length)} characters, at most ${String(MAX_TEXT_LENGTH)}`;
  return errorOf('text_too_long', detail, 'payload.text');
}
