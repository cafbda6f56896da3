import { ACCOUNT_STATUSES, canAccountMove, type AccountRequestType } from '@switchboard/contract/account';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import {
  decideAdd,
  decideChange,
  type AccountChange,
  type AccountPart,
  type Asked,
  type Decision,
} from './decide-request.ts';

const resting = ['disconnected', 'needs_qr', 'logged_out', 'restricted'];
const TYPES: readonly Exclude<AccountRequestType, 'add'>[] = [
  'relink',
  'pairing_code',
  'connect',
  'disconnect',
  'reset',
  'delete',
];

function account(fields: Partial<AccountPart> = {}): AccountPart {
  const known = { name: 'Shop', team: 'main', status: 'connected', desired: 'online' } as const;
  return { ...known, pendingRequest: null, lastRequestAt: null, ...fields };
}

function asked(requestId: string, askedAtMs = 1_000): Asked {
  return { requestId, askedAt: Timestamp.fromMillis(askedAtMs) };
}

function changeOf(decision: Decision): AccountChange {
  assert.equal(decision.kind, 'change');
  return decision.change;
}

describe('what an account request changes', () => {
  for (const status of ACCOUNT_STATUSES.filter((one) => one !== 'deleted')) {
    for (const type of TYPES) {
      it(`${type} on ${status}: ${resting.includes(status) && !['disconnect', 'delete'].includes(type) ? 'connecting' : 'status is left to the host'}`, () => {
        const change = changeOf(decideChange(asked('r1'), type, account({ status })));
        const isStarted = resting.includes(status) && ['relink', 'pairing_code', 'connect', 'reset'].includes(type);
        assert.equal(change.status, isStarted ? 'connecting' : undefined);
        assert.ok(change.status === undefined || canAccountMove(status, change.status));
        assert.deepEqual(change.pendingRequest, { id: 'r1', type });
      });
    }
  }

  it('says what is wanted', () => {
    const wanted = TYPES.map((type) => changeOf(decideChange(asked('r1'), type, account())).desired);
    assert.deepEqual(wanted, ['online', 'online', 'online', 'offline', 'online', 'deleted']);
  });

  it('changes how to link only when a link is asked for', () => {
    const methods = TYPES.map((type) => changeOf(decideChange(asked('r1'), type, account())).linkMethod);
    assert.deepEqual(methods, ['qr', 'pairing_code', undefined, undefined, 'qr', undefined]);
  });

  it('forgets why the account was at rest', () => {
    const change = changeOf(decideChange(asked('r1'), 'connect', account({ status: 'needs_qr' })));
    assert.equal(change.statusReason, null);
  });

  for (const gone of [{ status: 'deleted' }, { desired: 'deleted' }] as const) {
    it(`refuses everything but adding on an account with ${JSON.stringify(gone)}`, () => {
      for (const type of TYPES) {
        const decision = decideChange(asked('r1'), type, account(gone));
        assert.ok(decision.kind === 'refuse' && decision.error.code === 'account_deleted');
      }
    });
  }

  it('names the request it replaces, but not itself', () => {
    const other = decideChange(asked('r2'), 'connect', account({ pendingRequest: { id: 'r1', type: 'relink' } }));
    assert.ok(other.kind === 'change' && other.supersededId === 'r1');
    const same = decideChange(asked('r1'), 'connect', account({ pendingRequest: { id: 'r1', type: 'connect' } }));
    assert.ok(same.kind === 'change' && same.supersededId === null);
  });

  it('keeps to what was asked last, whichever request comes last', () => {
    const lastRequestAt = Timestamp.fromMillis(2_000);
    const isRefused = (decision: Decision) => decision.kind === 'refuse' && decision.error.code === 'superseded';
    const at = (askedAtMs: number) =>
      TYPES.map((type) => decideChange(asked('r1', askedAtMs), type, account({ lastRequestAt })));
    assert.ok(at(1_999).every(isRefused));
    assert.ok(
      at(2_000)
        .concat(at(2_001))
        .every(({ kind }) => kind === 'change'),
    );
    assert.ok(isRefused(decideAdd(asked('r1', 1_999), 'Shop', account({ lastRequestAt }))));
    assert.deepEqual(changeOf(decideChange(asked('r1', 2_001), 'reset', account())).lastRequestAt?.toMillis(), 2_001);
  });

  it('links a known phone again under its own name', () => {
    const change = changeOf(decideAdd(asked('r1'), 'Another name', account({ status: 'logged_out' })));
    assert.equal(change.name, undefined);
    assert.deepEqual(change.pendingRequest, { id: 'r1', type: 'relink' });
    assert.equal(change.status, 'connecting');
  });

  it('brings a deleted phone back under the name asked for', () => {
    const change = changeOf(decideAdd(asked('r1'), 'New name', account({ status: 'deleted', desired: 'deleted' })));
    assert.equal(change.name, 'New name');
    assert.deepEqual(change.pendingRequest, { id: 'r1', type: 'add' });
    assert.equal(change.desired, 'online');
    assert.equal(change.status, 'connecting');
  });
});
