import assert from 'node:assert/strict';
import { checkNumber } from './number-draft.ts';

const draft = { name: 'Shop', phone: '0712 345 678', team: 'main' };

describe('a number that is being added', () => {
  it('is read as it is dialled in its country', () => {
    assert.deepEqual(checkNumber(draft, 'RO'), { phoneE164: '+40712345678', faults: [] });
    assert.equal(checkNumber({ ...draft, phone: '+44 7911 123456' }, 'RO').phoneE164, '+447911123456');
  });

  it('says everything that is wrong at once', () => {
    assert.deepEqual(checkNumber({ name: ' ', phone: '', team: 'Sales Team' }, 'RO').faults, [
      'noPhone',
      'noName',
      'badTeam',
    ]);
    assert.deepEqual(checkNumber({ ...draft, phone: '12' }, 'RO').faults, ['badPhone']);
  });
});
