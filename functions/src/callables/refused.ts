/** For tests: who calls, and what a refusal must say. */
import { Refusal, type FailureCode } from '@switchboard/contract/failure';
import assert from 'node:assert/strict';
import type { Caller } from '../access.ts';

export function callerOf(uid: string): Caller {
  return { uid, email: `${uid}@demo.test`, isEmailVerified: true };
}

export async function assertRefused(work: Promise<unknown>, code: FailureCode, field: string | null): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.deepEqual({ code: error.info.code, field: error.info.field }, { code, field });
    assert.ok(error.info.message.length > 10);
    return true;
  });
}
