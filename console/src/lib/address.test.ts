import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asItStands, decoded, withSearch } from './address.ts';

describe('addresses', () => {
  it('give back an id as it was put in, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) => {
        const { pathname } = new URL(`https://console.test/chat/${encodeURIComponent(id)}!`);
        const routed = decodeURI(asItStands(pathname));
        assert.equal(routed, pathname);
        assert.equal(decoded(routed.slice('/chat/'.length)), `${id}!`);
      }),
    );
  });

  it('keep apart what decoding twice would make one', () => {
    const ids = ['account__407@s.whatsapp.net', 'account__407%40s.whatsapp.net', '100%', '100%25', 'a/b', 'a%2Fb'];
    const through = ids.map((id) => decoded(decodeURI(asItStands(encodeURIComponent(id)))));
    assert.deepEqual(through, ids);
  });

  it('that were mistyped are taken as they stand', () => {
    for (const typed of ['100%', '%zz', '%e0%a4%a']) {
      assert.equal(decoded(decodeURI(asItStands(typed))), typed);
    }
  });

  it('have a question mark only before a search', () => {
    assert.equal(withSearch('/chat', ''), '/chat');
    assert.equal(withSearch('/chat', 'show=mine'), '/chat?show=mine');
  });
});
