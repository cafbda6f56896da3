import {
  ACCOUNT_STATUSES,
  statusReasonOf,
  statusReasonSchema,
  type AccountStatus,
} from '@switchboard/contract/account';
import assert from 'node:assert/strict';
import { ENGLISH } from '../../lib/i18n/english.ts';
import { explanationOf, meaningOf, needsAttention } from './next-step.ts';

const account = (status: AccountStatus, reason?: Parameters<typeof statusReasonOf>[0]) => ({
  status,
  statusReason: reason === undefined ? null : statusReasonOf(reason),
  desired: 'online' as const,
  hold: null,
});

describe('what a status means to a person', () => {
  it('is explained for every status and every reason', () => {
    const reasons = statusReasonSchema.shape.code.options;
    for (const status of ACCOUNT_STATUSES) {
      assert.ok(ENGLISH.accounts.status[status].text.length > 0);
      for (const reason of reasons) {
        const explanation = explanationOf(account(status, reason));
        assert.ok(explanation === `reason.${reason}` || explanation === `status.${status}.text`, status);
      }
    }
    assert.deepEqual(Object.keys(ENGLISH.accounts.reason).sort(), [...reasons].sort());
  });

  it('offers a new code where the link is gone, and a connection where it is only down', () => {
    assert.equal(meaningOf(account('needs_qr', 'qr_expired')).step, 'relink');
    assert.equal(meaningOf(account('logged_out', 'logged_out')).step, 'relink');
    assert.equal(meaningOf(account('disconnected', 'asked')).step, 'connect');
    assert.equal(meaningOf(account('restricted', 'banned')).step, 'connect');
  });

  it('offers a pairing code where WhatsApp asks for a passkey', () => {
    assert.equal(meaningOf(account('needs_qr', 'passkey_required')).step, 'pairing_code');
  });

  it('says nothing of an old reason once the number is on its way again', () => {
    assert.equal(explanationOf(account('connected', 'connection_lost')), 'status.connected.text');
    assert.equal(meaningOf(account('connected', 'conflict')).tone, 'good');
  });

  it('asks for attention for trouble and holds, not for what somebody chose', () => {
    assert.ok(needsAttention(account('logged_out', 'logged_out')));
    assert.ok(needsAttention(account('disconnected', 'conflict')));
    assert.ok(!needsAttention(account('disconnected', 'asked')));
    assert.ok(!needsAttention({ ...account('logged_out'), desired: 'deleted' }));
    const error = { code: 'internal' as const, message: 'it is on hold', field: null };
    const moment = { seconds: 0, nanoseconds: 0, toMillis: () => 0, toDate: () => new Date(0) };
    assert.ok(needsAttention({ ...account('connected'), hold: { error, since: moment, until: null } }));
  });
});
