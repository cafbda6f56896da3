import { DEFAULT_LIMITS, limitsSchema, type Limits } from '@switchboard/contract/limits';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { draftOf, parseDraft } from './limits-draft.ts';

const draft = draftOf(DEFAULT_LIMITS, 'Europe/Bucharest');

describe('limits as they are typed', () => {
  it('come back as they were when nothing is changed', () => {
    const limit = (max: number) => fc.option(fc.integer({ min: 0, max }));
    const limits = fc.record<Limits>({
      perMinute: limit(1_000),
      newThreadsPerDay: limit(100_000),
      quietHours: fc.option(fc.constant({ from: '22:30', to: '07:00', timeZone: 'Europe/London' })),
      showsTyping: fc.boolean(),
    });
    fc.assert(
      fc.property(limits, (before) => {
        const parsed = parseDraft(draftOf(before, 'Europe/Bucharest'));
        assert.ok(parsed.ok);
        assert.deepEqual(parsed.limits, { ...before });
        assert.ok(limitsSchema.safeParse(parsed.limits).success);
      }),
    );
  });

  it('name each field that is wrong', () => {
    const parsed = parseDraft({
      ...draft,
      perMinute: '1001',
      newThreadsPerDay: 'many',
      isQuiet: true,
      from: '25:00',
      timeZone: 'Europe/Nowhere',
    });
    assert.ok(!parsed.ok);
    assert.deepEqual([...parsed.wrong].sort(), ['from', 'newThreadsPerDay', 'perMinute', 'timeZone']);
  });

  it('leave quiet hours alone that are switched off', () => {
    const parsed = parseDraft({ ...draft, isQuiet: false, from: 'nonsense' });
    assert.ok(parsed.ok);
    assert.equal(parsed.limits.quietHours, null);
  });
});
