/** What every callable shares: who calls, from which app, and how a refusal reaches them. */
import { errorOf, failureOf, Refusal } from '@switchboard/contract/failure';
import { HttpsError, onCall, type CallableFunction, type CallableRequest } from 'firebase-functions/https';
import type { Caller } from '../access.ts';
import { isAppCheckEnforced, region } from '../config.ts';

function callerOf(request: CallableRequest): Caller | null {
  if (!request.auth) return null;
  const { uid, token } = request.auth;
  return { uid, email: token.email ?? null, isEmailVerified: token.email_verified === true };
}

/** Turns a refusal into the callable's status, with code, message and field as details. Anything else is a bug: it passes. */
async function answer<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) throw new HttpsError(failureOf(error.info.code).callable, error.message, error.info);
    throw error;
  }
}

/** Deploys a function of caller and input. Whether App Check must have verified the app is a parameter of the deployment. */
export function callable<T>(
  run: (caller: Caller | null, data: unknown) => Promise<T>,
  timeoutSeconds = 60,
): CallableFunction<unknown, Promise<T>> {
  return onCall({ region, memory: '256MiB', timeoutSeconds }, (request: CallableRequest<unknown>) =>
    answer(() => {
      // Not by the option of the library: that refuses without a code and without words.
      if (isAppCheckEnforced() && !request.app) throw new Refusal(errorOf('app_not_verified'));
      return run(callerOf(request), request.data);
    }),
  );
}
