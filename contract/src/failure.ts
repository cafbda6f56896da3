/**
 * Everything that can be refused or go wrong, with what follows from it. A code never changes its meaning;
 * a document or a response carries `{code, message, field}`, so that no refusal is silent.
 */
import { z } from 'zod';

interface Failure {
  /** Trying the same thing again later can succeed. */
  readonly retry: boolean;
  /** It is certain that no message reached WhatsApp. Only then may a resend build a new message. */
  readonly certain: boolean;
  /** What a person reads. `{detail}` is replaced by what was wrong this time. */
  readonly text: string;
  readonly http: 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 502 | 503 | 504;
  readonly callable:
    | 'invalid-argument'
    | 'unauthenticated'
    | 'permission-denied'
    | 'not-found'
    | 'already-exists'
    | 'failed-precondition'
    | 'resource-exhausted'
    | 'unavailable'
    | 'deadline-exceeded'
    | 'internal';
}

const FAILURES = {
  invalid_request: {
    retry: false,
    certain: true,
    text: 'The request is malformed: {detail}.',
    http: 400,
    callable: 'invalid-argument',
  },
  invalid_phone: {
    retry: false,
    certain: true,
    text: 'This is not a phone number: {detail}.',
    http: 400,
    callable: 'invalid-argument',
  },
  text_missing: {
    retry: false,
    certain: true,
    text: 'A text message needs a text.',
    http: 400,
    callable: 'invalid-argument',
  },
  text_too_long: {
    retry: false,
    certain: true,
    text: 'The text is too long: {detail}.',
    http: 413,
    callable: 'invalid-argument',
  },
  unauthenticated: { retry: false, certain: true, text: 'Sign in first.', http: 401, callable: 'unauthenticated' },
  permission_denied: {
    retry: false,
    certain: true,
    text: 'You are not allowed to do this: {detail}.',
    http: 403,
    callable: 'permission-denied',
  },
  app_not_verified: {
    retry: false,
    certain: true,
    text: 'This app could not be verified. Reload it, or update it.',
    http: 401,
    callable: 'unauthenticated',
  },
  unknown_message: {
    retry: false,
    certain: true,
    text: 'There is no such message: {detail}.',
    http: 404,
    callable: 'not-found',
  },
  unknown_bulk_send: {
    retry: false,
    certain: true,
    text: 'There is no such bulk send: {detail}.',
    http: 404,
    callable: 'not-found',
  },
  unknown_account: {
    retry: false,
    certain: true,
    text: 'There is no such account: {detail}.',
    http: 404,
    callable: 'not-found',
  },
  unknown_thread: {
    retry: false,
    certain: true,
    text: 'There is no such thread: {detail}.',
    http: 404,
    callable: 'not-found',
  },
  unknown_user: {
    retry: false,
    certain: true,
    text: 'There is no such user: {detail}.',
    http: 404,
    callable: 'not-found',
  },
  account_deleted: {
    retry: false,
    certain: true,
    text: 'This account was deleted. Add its phone again to use it.',
    http: 409,
    callable: 'failed-precondition',
  },
  superseded: {
    retry: false,
    certain: true,
    text: 'A newer request for this account took its place.',
    http: 409,
    callable: 'failed-precondition',
  },
  too_late: {
    retry: false,
    certain: false,
    text: 'It is too late for this: {detail}.',
    http: 409,
    callable: 'failed-precondition',
  },
  quota_exceeded: {
    retry: true,
    certain: true,
    text: 'Too much at once: {detail}.',
    http: 429,
    callable: 'resource-exhausted',
  },
  quiet_hours: {
    retry: true,
    certain: true,
    text: 'It is sent when the quiet hours of this account are over.',
    http: 409,
    callable: 'failed-precondition',
  },
  new_threads_capped: {
    retry: true,
    certain: true,
    text: 'This account has written to as many new people as it may in a day. It is sent when there is room again.',
    http: 429,
    callable: 'resource-exhausted',
  },
  opted_out: {
    retry: false,
    certain: true,
    text: 'This customer asked not to be written to.',
    http: 403,
    callable: 'failed-precondition',
  },
  not_on_whatsapp: {
    retry: false,
    certain: true,
    text: 'This number is not on WhatsApp.',
    http: 404,
    callable: 'not-found',
  },
  not_connected: {
    retry: true,
    certain: true,
    text: 'The account is not connected to WhatsApp at the moment.',
    http: 503,
    callable: 'unavailable',
  },
  not_built: {
    retry: true,
    certain: true,
    text: 'The message could not be prepared for sending: {detail}.',
    http: 502,
    callable: 'unavailable',
  },
  unacknowledged: {
    retry: true,
    certain: false,
    text: 'WhatsApp did not confirm the message in time.',
    http: 504,
    callable: 'deadline-exceeded',
  },
  refused_by_whatsapp: {
    retry: false,
    certain: true,
    text: 'WhatsApp refused the message ({detail}).',
    http: 502,
    callable: 'failed-precondition',
  },
  new_chats_restricted: {
    retry: false,
    certain: true,
    text: 'WhatsApp does not let this account start new chats at the moment (463). Sending again would make it worse.',
    http: 429,
    callable: 'resource-exhausted',
  },
  too_many_attempts: {
    retry: false,
    certain: false,
    text: 'The message was given up after several attempts. Last error: {detail}.',
    http: 504,
    callable: 'deadline-exceeded',
  },
  internal: { retry: true, certain: false, text: 'Something went wrong on our side.', http: 500, callable: 'internal' },
} as const satisfies Record<string, Failure>;

export type FailureCode = keyof typeof FAILURES;
const failureCodes = Object.keys(FAILURES) as [FailureCode, ...FailureCode[]];

/** The `error` of a document or a response. `field` names the input that was wrong, dotted (`payload.text`). */
export const errorSchema = z.strictObject({
  code: z.enum(failureCodes),
  message: z.string(),
  field: z.string().nullable(),
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
export function errorOfIssues(error: z.ZodError): ErrorInfo {
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
