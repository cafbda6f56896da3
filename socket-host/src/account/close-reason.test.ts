import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decideClose, type CloseDecision, type CloseFacts } from './close-reason.ts';

const linked: CloseFacts = {
  code: null,
  message: 'Connection Failure',
  isLinked: true,
  hasOpened: true,
  logoutCount: 0,
  conflictCount: 0,
  attempts: 1,
  isRestartDue: false,
  holdsLease: true,
};

const LOST: CloseDecision = {
  kind: 'reconnect',
  when: 'after-backoff',
  reason: 'connection_lost',
  refreshVersion: false,
};

const CASES: readonly {
  readonly name: string;
  readonly facts: Partial<CloseFacts>;
  readonly decision: CloseDecision;
}[] = [
  {
    name: '515 restart required: at once',
    facts: { code: 515 },
    decision: { kind: 'reconnect', when: 'now', reason: null, refreshVersion: false },
  },
  { name: '515 of a connection that does not hold: back off', facts: { code: 515, attempts: 2 }, decision: LOST },
  {
    name: '515 of a link just made: at once, whatever was before',
    facts: { code: 515, attempts: 3, isRestartDue: true },
    decision: { kind: 'reconnect', when: 'now', reason: null, refreshVersion: false },
  },
  { name: '408 timed out: back off', facts: { code: 408, message: 'Connection was lost' }, decision: LOST },
  { name: '428 connection closed: back off', facts: { code: 428 }, decision: LOST },
  { name: '500 bad session: back off, never erase', facts: { code: 500 }, decision: LOST },
  { name: '501: back off', facts: { code: 501 }, decision: LOST },
  { name: '503 unavailable: back off', facts: { code: 503 }, decision: LOST },
  { name: '418, or any code nobody knows: back off', facts: { code: 418 }, decision: LOST },
  { name: 'no code at all: back off', facts: { code: null }, decision: LOST },
  {
    name: '408 with no code scanned: needs_qr',
    facts: { code: 408, message: 'QR refs attempts ended', isLinked: false, hasOpened: false },
    decision: { kind: 'give-up', status: 'needs_qr', reason: 'qr_expired' },
  },
  { name: 'the first 401 of a link: one more try', facts: { code: 401, logoutCount: 1 }, decision: LOST },
  {
    name: 'the second 401 of a link: logged out',
    facts: { code: 401, logoutCount: 2 },
    decision: { kind: 'give-up', status: 'logged_out', reason: 'logged_out' },
  },
  {
    name: 'the first 401 of a link that was never let in: one more try',
    facts: { code: 401, hasOpened: false, logoutCount: 1 },
    decision: LOST,
  },
  {
    name: 'the second 401 of a link that was never let in: refused, for there was nothing to end',
    facts: { code: 401, hasOpened: false, logoutCount: 2 },
    decision: { kind: 'give-up', status: 'needs_qr', reason: 'link_refused' },
  },
  {
    name: '401 before the link: refused',
    facts: { code: 401, isLinked: false, hasOpened: false, logoutCount: 1 },
    decision: { kind: 'give-up', status: 'needs_qr', reason: 'link_refused' },
  },
  {
    name: '500 for a link that is not sealed by who saw the code: refused',
    facts: { code: 500, message: 'Invalid account signature', isLinked: false, hasOpened: false },
    decision: { kind: 'give-up', status: 'needs_qr', reason: 'link_refused' },
  },
  {
    name: '500 for a link that is not signed by the phone: refused',
    facts: { code: 500, message: 'Failed to verify account signature', isLinked: false, hasOpened: false },
    decision: { kind: 'give-up', status: 'needs_qr', reason: 'link_refused' },
  },
  {
    name: '500 for a link that names no device: refused',
    facts: {
      code: 500,
      message: 'Missing device-identity or device in pair success node',
      isLinked: false,
      hasOpened: false,
    },
    decision: { kind: 'give-up', status: 'needs_qr', reason: 'link_refused' },
  },
  {
    name: '500 in the same words on a link that works: back off',
    facts: { code: 500, message: 'Failed to verify account signature' },
    decision: LOST,
  },
  {
    name: 'another phone than the account’s own: needs_qr',
    facts: { code: null, message: 'another phone wanted to link', isLinked: false, hasOpened: false },
    decision: { kind: 'give-up', status: 'needs_qr', reason: 'wrong_phone' },
  },
  {
    name: 'a passkey asked for before the link: needs_qr',
    facts: { code: null, message: 'WhatsApp asks for a passkey', isLinked: false, hasOpened: false },
    decision: { kind: 'give-up', status: 'needs_qr', reason: 'passkey_required' },
  },
  {
    name: 'a passkey asked for on a link that works: back off',
    facts: { code: null, message: 'WhatsApp asks for a passkey' },
    decision: LOST,
  },
  {
    name: '402: banned for a time',
    facts: { code: 402 },
    decision: { kind: 'give-up', status: 'restricted', reason: 'banned_for_a_time' },
  },
  {
    name: '403: locked',
    facts: { code: 403 },
    decision: { kind: 'give-up', status: 'restricted', reason: 'locked' },
  },
  {
    name: '403 from a proxy on the way: back off, no ban',
    facts: { code: 403, message: 'WebSocket Error (Unexpected server response: 403)' },
    decision: LOST,
  },
  {
    name: '401 from a proxy on the way: back off, no logout',
    facts: { code: 401, logoutCount: 2, message: 'WebSocket Error (Unexpected server response: 401)' },
    decision: LOST,
  },
  {
    name: '406: banned',
    facts: { code: 406 },
    decision: { kind: 'give-up', status: 'restricted', reason: 'banned' },
  },
  {
    name: '405 client outdated: newer version, then again',
    facts: { code: 405 },
    decision: { kind: 'reconnect', when: 'after-backoff', reason: 'client_outdated', refreshVersion: true },
  },
  {
    name: '409: newer version, then again',
    facts: { code: 409 },
    decision: { kind: 'reconnect', when: 'after-backoff', reason: 'client_outdated', refreshVersion: true },
  },
  {
    name: '411 multi-device off: needs_qr',
    facts: { code: 411 },
    decision: { kind: 'give-up', status: 'needs_qr', reason: 'multi_device_off' },
  },
  {
    name: '440 with the lease lost: stop quietly',
    facts: { code: 440, holdsLease: false },
    decision: { kind: 'stand-down' },
  },
  {
    name: '440 with the lease held: again after half a minute',
    facts: { code: 440, conflictCount: 3 },
    decision: { kind: 'reconnect', when: 'after-conflict', reason: 'conflict', refreshVersion: false },
  },
  {
    name: '440 for the fourth time: conflict',
    facts: { code: 440, conflictCount: 4 },
    decision: { kind: 'give-up', status: 'disconnected', reason: 'conflict' },
  },
];

describe('the decision on a closed connection', () => {
  for (const { name, facts, decision } of CASES) {
    it(name, () => {
      assert.deepEqual(decideClose({ ...linked, ...facts }), decision);
    });
  }

  it('gives up a link for no code but those that say so', () => {
    const ending = new Set([401, 402, 403, 406, 411, 440]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), fc.nat(100), (code, count) => {
        const { kind } = decideClose({ ...linked, code, logoutCount: count, conflictCount: count });
        assert.ok(kind === 'reconnect' || ending.has(code));
      }),
    );
  });
});
