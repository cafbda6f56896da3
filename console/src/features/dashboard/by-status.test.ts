import { ACCOUNT_STATUSES } from '@switchboard/contract/account';
import assert from 'node:assert/strict';
import { countByStatus } from './by-status.ts';

describe('accounts by status', () => {
  it('count every status but deleted', () => {
    const counts = countByStatus(ACCOUNT_STATUSES.map((status) => ({ status })));
    assert.deepEqual(
      counts.map(({ status }) => status).sort(),
      ACCOUNT_STATUSES.filter((status) => status !== 'deleted').sort(),
    );
  });

  it('leave out a status nobody is in', () => {
    assert.deepEqual(countByStatus([{ status: 'connected' }, { status: 'connected' }]), [
      { status: 'connected', count: 2 },
    ]);
  });
});
