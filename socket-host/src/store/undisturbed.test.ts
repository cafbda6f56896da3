import assert from 'node:assert/strict';
import { emulatedFirestore, freshId } from './emulator.ts';
import { isLostRace } from './firestore.ts';
import { asRead, undisturbed } from './undisturbed.ts';

describe('reading, deciding and writing as one', () => {
  const db = emulatedFirestore();
  const newDocument = () => db.doc(`undisturbed/${freshId('document')}`);

  it('loses no change when several do it at once', async () => {
    const reference = newDocument();
    const increment = () =>
      undisturbed(async () => {
        const stored = await reference.get();
        if (!stored.exists) await reference.create({ count: 1 });
        else await reference.update({ count: Number(stored.get('count')) + 1 }, asRead(stored));
      });
    await Promise.all(Array.from({ length: 5 }, increment));
    assert.equal((await reference.get()).get('count'), 5);
  });

  it('gives up when others are first again and again, and writes nothing', async () => {
    const reference = newDocument();
    await reference.create({ count: 1 });
    const attempt = async () => {
      const stored = await reference.get();
      await reference.update({ others: Math.random() });
      await reference.update({ count: 2 }, asRead(stored));
    };
    await assert.rejects(undisturbed(attempt), isLostRace);
    assert.equal((await reference.get()).get('count'), 1);
  });

  it('passes on at once what trying again would not change', async () => {
    let tries = 0;
    const attempt = (): Promise<never> => {
      tries += 1;
      return Promise.reject(new Error('malformed'));
    };
    await assert.rejects(undisturbed(attempt), /malformed/);
    assert.equal(tries, 1);
  });
});
