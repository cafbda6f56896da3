import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  BULK_ACTIONS,
  bulkSendSchema,
  bulkStateAfter,
  bulkStateSchema,
  isBulkActionDone,
  NO_COUNTS,
  renderTemplate,
  senderOf,
} from './bulk.ts';

describe('the template of a bulk send', () => {
  it('is filled with the variables of a recipient', () => {
    const rendered = renderTemplate('Hello {{name}}, {{ city }}!', { name: 'Ana', city: 'Cluj' });
    assert.deepEqual(rendered, { ok: true, text: 'Hello Ana, Cluj!' });
  });

  it('is refused when a variable has no value, whatever objects inherit', () => {
    assert.deepEqual(renderTemplate('{{name}} {{constructor}}', {}), {
      ok: false,
      problem: 'no value for name, constructor',
    });
  });

  it('takes values as they are: what a value holds is no placeholder', () => {
    assert.deepEqual(renderTemplate('{{a}}{{b}}', { a: '{{b}}', b: '$&' }), { ok: true, text: '{{b}}$&' });
  });

  it('is refused when nothing or too much is left to send', () => {
    assert.equal(renderTemplate('{{a}}', { a: ' ' }).ok, false);
    assert.equal(renderTemplate('{{a}}'.repeat(100), { a: 'x'.repeat(1_000) }).ok, false);
  });
});

describe('the state of a bulk send', () => {
  const state = fc.constantFrom(...bulkStateSchema.options);
  const action = fc.constantFrom(...BULK_ACTIONS);

  it('never leaves an end', () => {
    for (const end of ['cancelled', 'done', 'cancelling'] as const) {
      for (const asked of BULK_ACTIONS) assert.equal(bulkStateAfter(end, asked), null);
    }
  });

  it('is what an action wanted once it was carried out', () => {
    fc.assert(
      fc.property(state, action, (from, asked) => {
        const to = bulkStateAfter(from, asked);
        return to === null || (isBulkActionDone(to, asked) && !isBulkActionDone(from, asked));
      }),
    );
  });
});

describe('the sender of a bulk send', () => {
  it('is who made it, where an older document does not say who started or resumed it', () => {
    const at = { seconds: 0, nanoseconds: 0, toMillis: () => 0, toDate: () => new Date(0) };
    const older = bulkSendSchema.parse({
      accountId: 'account_1',
      team: 'main',
      name: 'News',
      template: 'Hello',
      state: 'paused',
      counts: NO_COUNTS,
      createdAt: at,
      createdBy: 'ana',
      startedAt: at,
      endedAt: null,
      updatedAt: at,
    });
    assert.deepEqual([older.sentBy, older.error], [null, null]);
    assert.equal(senderOf(older), 'ana');
    assert.equal(senderOf({ ...older, sentBy: 'dan' }), 'dan');
  });
});
