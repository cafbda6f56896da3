import assert from 'node:assert/strict';
import { countriesIn, countryOfLanguage, lastDigitsOf, pairingGroups, phoneWords, typedPhone } from './phone-words.ts';

describe('numbers as people read them', () => {
  it('are grouped as their country does', () => {
    assert.equal(phoneWords('+40712345678'), '+40 712 345 678');
    assert.equal(phoneWords('not a number'), 'not a number');
  });

  it('are grouped while they are typed, and left alone while they are corrected', () => {
    assert.equal(typedPhone('071234567', '0712345678', 'RO'), '0712 345 678');
    assert.equal(typedPhone('0712 345 678', '0712 35 678', 'RO'), '0712 35 678');
  });

  it('belong to a country that has a name in the language of the page', () => {
    assert.ok(countriesIn('ro').some(({ value, label }) => value === 'DE' && label === 'Germania (+49)'));
  });

  it('are dialled in the country of the browser', () => {
    assert.equal(countryOfLanguage('ro'), 'RO');
    assert.equal(countryOfLanguage('en-GB'), 'GB');
    assert.equal(countryOfLanguage('en-US@posix'), 'US');
  });

  it('are known by their last digits', () => {
    assert.equal(lastDigitsOf('+40712345678'), '5678');
  });

  it('are linked by a code in two groups of four', () => {
    assert.deepEqual(pairingGroups('ABCD-1234'), ['ABCD', '1234']);
    assert.deepEqual(pairingGroups('ABCD1234'), ['ABCD', '1234']);
  });
});
