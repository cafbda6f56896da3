import assert from 'node:assert/strict';
import { isFiltered, NO_FILTER, parseFilter, wantedBy, withFilter } from './list-filter.ts';

describe('the filter of the list', () => {
  it('survives the way through the address', () => {
    const filter = { show: 'mine', accountId: 'account_demo_1', tag: 'VIP & co' } as const;
    const address = withFilter(new URLSearchParams('q=ana'), filter).toString();
    assert.deepEqual(parseFilter(new URLSearchParams(address)), filter);
    assert.equal(new URLSearchParams(address).get('q'), 'ana');
  });

  it('leaves no trace in the address when there is none', () => {
    const address = withFilter(new URLSearchParams('show=unread&tag=x&account=y'), NO_FILTER);
    assert.equal(address.toString(), '');
    assert.equal(isFiltered(parseFilter(address)), false);
  });

  it('takes nonsense for none', () => {
    assert.equal(parseFilter(new URLSearchParams('show=everything')).show, 'all');
  });

  it('asks for what is archived apart from the rest', () => {
    assert.equal(wantedBy({ ...NO_FILTER, show: 'archived' }, 'me').isArchived, true);
    assert.equal(wantedBy(NO_FILTER, 'me').isArchived, false);
  });

  it('knows who is meant by mine and by nobody', () => {
    assert.deepEqual(wantedBy({ ...NO_FILTER, show: 'mine' }, 'me').only, { kind: 'assigned', to: 'me' });
    assert.deepEqual(wantedBy({ ...NO_FILTER, show: 'unassigned' }, 'me').only, { kind: 'assigned', to: null });
  });

  it('narrows by a tag before anything else', () => {
    assert.deepEqual(wantedBy({ ...NO_FILTER, show: 'unread', tag: 'vip' }, 'me').only, { kind: 'tag', tag: 'vip' });
  });
});
