import assert from 'node:assert/strict';
import { canAccountMove, type AccountStatus } from '@switchboard/contract/account';
import fc from 'fast-check';
import { initialState, step } from './machine.ts';
import type { Input } from './steps.ts';

const identity = { waJid: '40712345678@s.whatsapp.net', waLid: '1@lid', pushName: 'Shop' };
const opened: Input = { type: 'open', identity, isOwnPhone: true };
const linked = initialState(true, false, 'qr');

function closed(code: number | null): Input {
  return { type: 'closed', code, message: 'Connection Failure', holdsLease: true, atMs: 0, random: 0 };
}

function request(type: Extract<Input, { type: 'request' }>['request']): Input {
  return { type: 'request', requestId: 'R1', request: type, method: type === 'pairing_code' ? 'pairing_code' : 'qr' };
}

const anyInput: fc.Arbitrary<Input> = fc.oneof(
  fc.constantFrom<Input>(
    request('add'),
    request('relink'),
    request('pairing_code'),
    request('connect'),
    request('disconnect'),
    request('reset'),
    request('delete'),
    opened,
    { ...opened, isOwnPhone: false },
    { type: 'linked' },
    { type: 'retry' },
    { type: 'stable' },
    { type: 'code', qr: 'QR', expiresInMs: 1 },
    { type: 'desired', desired: 'offline' },
    { type: 'desired', desired: 'online' },
  ),
  fc.constantFrom(401, 402, 403, 405, 408, 411, 428, 440, 500, 503, 515, null).map((code) => closed(code)),
);

describe('whatever happens', () => {
  it('a session is erased only by a person who asked, or with a link that was refused', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 40 }), (inputs) => {
        let state = linked;
        for (const input of inputs) {
          const next = step(state, input);
          const isAsked = input.type === 'request' || state.removal !== null;
          const mayErase = isAsked || (input.type === 'open' && !input.isOwnPhone);
          if (next.effects.some(({ type }) => type === 'erase')) assert.ok(mayErase, input.type);
          ({ state } = next);
        }
      }),
    );
  });

  it('an account that is not idle is on its way: it has a connection, or a time to try again', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 40 }), (inputs) => {
        let state = linked;
        for (const input of inputs) {
          const next = step(state, input);
          const kinds = next.effects.map(({ type }) => type);
          if (next.state.phase === 'waiting' && state.phase !== 'waiting') assert.ok(kinds.includes('retry-after'));
          if (next.state.phase === 'connecting' && state.phase !== 'connecting') assert.ok(kinds.includes('connect'));
          ({ state } = next);
        }
      }),
    );
  });

  it('the statuses written follow each other legally while an account runs', () => {
    const running = fc.array(
      fc.constantFrom<Input>(
        closed(503),
        closed(401),
        closed(515),
        { type: 'retry' },
        request('connect'),
        request('disconnect'),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(running, (inputs) => {
        let status: AccountStatus = 'connecting';
        let state = linked;
        const effects = [request('connect'), ...inputs].flatMap((input) => {
          const next = step(state, input);
          ({ state } = next);
          return next.effects;
        });
        for (const effect of effects) {
          if (effect.type !== 'status') continue;
          // A function writes `connecting` with the request; a write that is not legal is refused by the store.
          if (effect.status === 'connecting') status = 'connecting';
          else if (canAccountMove(status, effect.status)) ({ status } = effect);
          else assert.ok(status === 'disconnected' || status === 'logged_out', `${status} to ${effect.status}`);
        }
      }),
    );
  });
});
