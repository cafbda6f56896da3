/** What every kind of payload says of itself: one file per kind, listed in `payload.ts`. */
import type * as z from 'zod/mini';
import type { ErrorInfo } from '../failure.ts';

export interface PayloadKind<Payload extends { readonly kind: string }> {
  readonly schema: z.ZodMiniType<Payload> & { readonly shape: { readonly kind: z.ZodMiniLiteral<Payload['kind']> } };
  /** A few words that stand for it in lists and notifications. */
  readonly bodyOf: (payload: Payload) => string;
  /** The message of the same thread it answers (a quote) or changes; `null` when it is about none. */
  readonly targetIdOf: (payload: Payload) => string | null;
  /** Words for a mistake people make with this kind; `null` leaves it to the general wording. */
  readonly mistakeIn: (payload: Readonly<Record<string, unknown>>) => ErrorInfo | null;
}
