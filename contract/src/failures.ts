/** The table of everything that can be refused or go wrong; `failure.ts` words it. */

export interface Failure {
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

export const FAILURES = {
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
  target_unknown: {
    retry: false,
    certain: true,
    text: 'The message this is about is not in this thread: {detail}.',
    http: 404,
    callable: 'not-found',
  },
  target_not_ours: {
    retry: false,
    certain: true,
    text: 'Only messages we sent can be edited or deleted.',
    http: 403,
    callable: 'failed-precondition',
  },
  target_not_text: {
    retry: false,
    certain: true,
    text: 'Only texts can be edited.',
    http: 409,
    callable: 'failed-precondition',
  },
  target_not_sent: {
    retry: true,
    certain: true,
    text: 'The message this is about has not been sent yet.',
    http: 409,
    callable: 'failed-precondition',
  },
  target_deleted: {
    retry: false,
    certain: true,
    text: 'The message this is about was deleted.',
    http: 409,
    callable: 'failed-precondition',
  },
  edit_window_passed: {
    retry: false,
    certain: true,
    text: 'A message can be edited for 15 minutes after it was sent.',
    http: 409,
    callable: 'failed-precondition',
  },
  delete_window_passed: {
    retry: false,
    certain: true,
    text: 'A message can be deleted for everyone for 60 hours after it was sent.',
    http: 409,
    callable: 'failed-precondition',
  },
  emoji_invalid: {
    retry: false,
    certain: true,
    text: 'A reaction is exactly one emoji.',
    http: 400,
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
  sender_not_allowed: {
    retry: false,
    certain: true,
    text: 'Whoever sends this may not do so any more: {detail}. Anyone who may can resume it, in their own name.',
    http: 403,
    callable: 'permission-denied',
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
  email_taken: {
    retry: false,
    certain: true,
    text: 'There is a user with this address already: {detail}.',
    http: 409,
    callable: 'already-exists',
  },
  weak_password: {
    retry: false,
    certain: true,
    text: 'The password is too weak: {detail}.',
    http: 400,
    callable: 'invalid-argument',
  },
  account_deleted: {
    retry: false,
    certain: true,
    text: 'This account was deleted. Add its phone again to use it.',
    http: 409,
    callable: 'failed-precondition',
  },
  session_unreadable: {
    retry: true,
    certain: true,
    text: 'The stored link of this account cannot be read with the key the host has. Give the host the right key, or reset the link.',
    http: 503,
    callable: 'unavailable',
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
