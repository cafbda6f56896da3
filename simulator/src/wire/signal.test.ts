import assert from 'node:assert/strict';
import { pad, unpad } from './padding.ts';
import { SignalDevice } from './signal.ts';

describe('a Signal session between two simulated devices', () => {
  async function pair(): Promise<{ ana: SignalDevice; bob: SignalDevice }> {
    const [ana, bob] = [new SignalDevice('ana'), new SignalDevice('bob')];
    await ana.startSession('bob', bob.takeBundle());
    return { ana, bob };
  }

  it('starts with pre-key messages and settles once it was answered', async () => {
    const { ana, bob } = await pair();
    const first = await ana.encrypt('bob', Buffer.from('hello'));
    const second = await ana.encrypt('bob', Buffer.from('are you there?'));
    assert.deepEqual([first.type, second.type], ['pkmsg', 'pkmsg']);
    assert.equal(String(await bob.decrypt('ana', first.type, first.ciphertext)), 'hello');
    assert.equal(String(await bob.decrypt('ana', second.type, second.ciphertext)), 'are you there?');
    const answer = await bob.encrypt('ana', Buffer.from('yes'));
    assert.equal(answer.type, 'msg');
    assert.equal(String(await ana.decrypt('bob', answer.type, answer.ciphertext)), 'yes');
    assert.equal((await ana.encrypt('bob', Buffer.from('good'))).type, 'msg');
  });

  it('starts without a one-time key when there is none left', async () => {
    const [ana, bob] = [new SignalDevice('ana'), new SignalDevice('bob')];
    await ana.startSession('bob', { ...bob.takeBundle(), preKey: null });
    const { type, ciphertext } = await ana.encrypt('bob', Buffer.from('hello'));
    assert.equal(String(await bob.decrypt('ana', type, ciphertext)), 'hello');
  });

  it('reads a message once, and a failed try leaves the session usable', async () => {
    const { ana, bob } = await pair();
    const first = await ana.encrypt('bob', Buffer.from('hello'));
    await bob.decrypt('ana', first.type, first.ciphertext);
    const answer = await bob.encrypt('ana', Buffer.from('yes'));
    await ana.decrypt('bob', answer.type, answer.ciphertext);
    await assert.rejects(ana.decrypt('bob', answer.type, answer.ciphertext));
    const forged = Buffer.from(answer.ciphertext);
    forged[10] = (forged[10] ?? 0) ^ 0xff;
    await assert.rejects(ana.decrypt('bob', 'msg', forged));
    const next = await bob.encrypt('ana', Buffer.from('still here'));
    assert.equal(String(await ana.decrypt('bob', next.type, next.ciphertext)), 'still here');
  });

  it('hands out each one-time key once', () => {
    const bob = new SignalDevice('bob');
    assert.notEqual(bob.takeBundle().preKey?.id, bob.takeBundle().preKey?.id);
  });

  it('padding goes and comes', () => {
    for (let length = 0; length < 40; length += 1) {
      const padded = pad(Buffer.alloc(length, 7));
      assert.ok(padded.length > length && padded.length <= length + 16);
      assert.deepEqual(unpad(padded), Buffer.alloc(length, 7));
    }
    assert.throws(() => unpad(Buffer.from([1, 9])), /padding/);
    assert.throws(() => unpad(Buffer.alloc(0)), /padding/);
  });
});
