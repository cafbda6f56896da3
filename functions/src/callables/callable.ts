/** What every callable shares: who calls, and how a refusal reaches them. */
import { failureOf, Refusal } from '@switchboard/contract/failure';
import { HttpsError, type CallableRequest } from 'firebase-functions/https';
import type { Caller } from './set-user-role.ts';

export function callerOf(request: CallableRequest): Caller | null {
  if (!request.auth) return null;
  const { uid, token } = request.auth;
  return { uid, email: token.email ?? null, isEmailVerified: token.email_verified === true };
}

/** Turns a refusal into the callable's status, with code, message and field as details. Anything else is a bug: it passes. */
export async function answer<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refusal) throw new HttpsError(failureOf(error.info.code).callable, error.message, error.info);
    throw error;
  }
}
