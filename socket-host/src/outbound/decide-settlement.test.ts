import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SendOutcome } from '../whatsapp/types.ts';
import { decideSettlement, MAX_ATTEMPTS } from './decide-settlement.ts';

const unacknowledged: SendOutcome = { kind: 'unacknowledged', detail: 'no ack' };

describe('what follows from the outcome of a send', () => {
  it('settles an acknowledged message as sent at the server’s time', () => {
    const serverAt = new Date(1_700_000_000_000);
    assert.deepEqual(decideSettlement({ kind: 'acked', serverAt }, 1), { kind: 'sent', at: serverAt });
  });

  it('never repeats a message that WhatsApp refused with 463', () => {
    const settlement = decideSettlement({ kind: 'refused', code: '463' }, 1);
    assert.equal(settlement.kind, 'failed');
    assert.equal(settlement.error.code, 'new_chats_restricted');
  });

  it('names WhatsApp’s own code of any other refusal', () => {
    const settlement = decideSettlement({ kind: 'refused', code: '479' }, 1);
    assert.equal(settlement.kind, 'failed');
    assert.match(settlement.error.message, /479/);
  });

  it('waits for a connection however often there was none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (attempt) => {
        const outcome: SendOutcome = { kind: 'not-sent', reason: 'not-connected', detail: '' };
        const settlement = decideSettlement(outcome, attempt);
        assert.ok(settlement.kind === 'again' && settlement.isCertain);
      }),
    );
  });

  it('marks an unanswered message as uncertain, so that a resend uses the same id and bytes', () => {
    const settlement = decideSettlement(unacknowledged, 1);
    assert.ok(settlement.kind === 'again' && !settlement.isCertain);
  });

  it('gives up an unanswered message after the last attempt and says so', () => {
    const settlement = decideSettlement(unacknowledged, MAX_ATTEMPTS);
    assert.equal(settlement.kind, 'failed');
    assert.equal(settlement.error.code, 'too_many_attempts');
  });

  it('fails at once for a number without WhatsApp', () => {
    const settlement = decideSettlement({ kind: 'not-sent', reason: 'not-on-whatsapp', detail: '' }, 1);
    assert.equal(settlement.kind, 'failed');
    assert.equal(settlement.error.code, 'not_on_whatsapp');
  });

  it('builds a message anew that could not be encrypted, and says what was in the way', () => {
    const settlement = decideSettlement({ kind: 'not-sent', reason: 'not-encrypted', detail: 'no session' }, 1);
    assert.ok(settlement.kind === 'again' && settlement.isCertain);
    assert.equal(settlement.error.code, 'not_built');
    assert.match(settlement.error.message, /no session/);
  });

  it('waits longer with each attempt, up to a minute', () => {
    const delays = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) => {
      const settlement = decideSettlement(unacknowledged, index + 1);
      return settlement.kind === 'again' ? settlement.delayMs : Number.NaN;
    });
    assert.deepEqual(delays, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
  });
});
