import assert from 'node:assert/strict';
import { ACCOUNT_STATUSES, accountRequestInputSchema, canAccountMove } from './account.ts';

const CREATED_AT = { seconds: 0, nanoseconds: 0, toMillis: () => 0, toDate: () => new Date(0) };
const REQUEST = {
  type: 'add',
  name: 'Shop',
  phone: '+40712345678',
  status: 'queued',
  createdBy: 'u',
  createdAt: CREATED_AT,
};

describe('the status of an account', () => {
  it('may always stay as it is', () => {
    for (const status of ACCOUNT_STATUSES) assert.ok(canAccountMove(status, status));
  });

  it('reaches a new link from everywhere, by way of connecting', () => {
    for (const status of ACCOUNT_STATUSES) assert.ok(canAccountMove(status, 'connecting'), status);
  });

  it('leaves deleted only when the phone is added again', () => {
    const ways = ACCOUNT_STATUSES.filter((status) => status !== 'deleted' && canAccountMove('deleted', status));
    assert.deepEqual(ways, ['connecting']);
  });

  it('never turns from logged out or restricted to connected by itself', () => {
    for (const status of ['logged_out', 'restricted', 'needs_qr', 'disconnected'] as const) {
      assert.ok(!canAccountMove(status, 'connected'));
      assert.ok(!canAccountMove(status, 'reconnecting'));
    }
  });
});

describe('a request for an account', () => {
  it('to add one needs a phone and a name', () => {
    assert.ok(accountRequestInputSchema.safeParse(REQUEST).success);
    for (const field of ['phone', 'name'] as const) {
      const { error } = accountRequestInputSchema.safeParse({ ...REQUEST, [field]: undefined });
      assert.deepEqual(
        error?.issues.map((issue) => issue.path),
        [[field]],
      );
    }
  });

  it('of any other type names the account', () => {
    const { error } = accountRequestInputSchema.safeParse({
      type: 'delete',
      status: 'queued',
      createdBy: 'u',
      createdAt: CREATED_AT,
    });
    assert.deepEqual(
      error?.issues.map((issue) => issue.path),
      [['accountId']],
    );
  });

  it('carries nothing of the server’s', () => {
    assert.ok(!accountRequestInputSchema.safeParse({ ...REQUEST, error: null }).success);
    assert.ok(!accountRequestInputSchema.safeParse({ ...REQUEST, status: 'done' }).success);
  });
});
