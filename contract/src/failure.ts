/**
 * Everything that can be refused or go wrong, with what follows from it. A code never changes its meaning;
 * a document or a response carries `{code, message, field}`, so that no refusal is silent.
 */
import * as z from 'zod/mini';
import { FAILURES, type Failure } from './failures.ts';

export type FailureCode = keyof typeof FAILURES;
const failureCodes = Object.keys(FAILURES) as [FailureCode, ...FailureCode[]];

/** The `error` of a document or a response. `field` names the input that was wrong, dotted (`payload.text`). */
export const errorSchema = z.strictObject({
  code: z.enum(failureCodes),
  message: z.string(),
  field: z.nullable(z.string()),
});
export type ErrorInfo = z.infer<typeof errorSchema>;

/** What follows from a code: whether to retry, whether the message certainly did not go, and the statuses to answer with. */
export function failureOf(code: FailureCode): Failure {
  return FAILURES[code];
}

/** Words a failure for a document: the code's text with `detail` filled in. */
export function errorOf(code: FailureCode, detail = '', field: string | null = null): ErrorInfo {
  const text: string = FAILURES[code].text;
  return { code, message: text.replace('{detail}', detail), field };
}

/** What was wrong this time, as `errorOf` put it into the words of a failure; `null` when they are others than those of its code. */
export function detailOf({ code, message }: ErrorInfo): string | null {
  const [before = '', after] = FAILURES[code].text.split('{detail}');
  if (after === undefined) return message === before ? '' : null;
  const fits = message.length >= before.length + after.length && message.startsWith(before) && message.endsWith(after);
  return fits ? message.slice(before.length, message.length - after.length) : null;
}

/** An expected refusal on its way to whoever asked. Thrown by nothing in the contract; returned or thrown by callables. */
export class Refusal extends Error {
  readonly info: ErrorInfo;

  constructor(info: ErrorInfo) {
    super(info.message);
    this.name = 'Refusal';
    this.info = info;
  }
}

/** Turns the first issue zod found into an `ErrorInfo` that names the field and the reason. */
export function errorOfIssues(error: z.core.$ZodError): ErrorInfo {
  const issue = error.issues[0];
  if (!issue) return errorOf('invalid_request', 'unreadable');
  const named = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
  const field = named.join('.');
  return errorOf(
    'invalid_request',
    field === '' ? issue.message : `${field}: ${issue.message}`,
    field === '' ? null : field,
  );
}
