import assert from 'node:assert/strict';
import type { WASocket } from '@whiskeysockets/baileys';
import { FirstCreds } from './first-creds.ts';

function stage(isLinked: boolean, maySpeak = true) {
  const sent: unknown[] = [];
  const failed: string[] = [];
  const socket = {
    send: (bytes: unknown, done: (error?: Error) => void): void => {
      sent.push(bytes);
      done();
    },
  };
  // All that is used of the library's client is the connection within.
  const creds = new FirstCreds({ socket } as unknown as WASocket['ws'], isLinked, () => maySpeak);
  const send = (words: string): void => {
    socket.send(words, (error) => {
      if (error) failed.push(`${words}: ${error.message}`);
    });
  };
  return { sent, failed, creds, send };
}

describe('the credentials of a new link', () => {
  it('are durable before anything else leaves, which then leaves in its order', async () => {
    const { sent, creds, send } = stage(false);
    const stored = Promise.withResolvers<undefined>();
    const saved = stored.promise.then(() => undefined);
    send('hello');
    creds.saving(saved);
    send('linked');
    send('more');
    assert.deepEqual(sent, ['hello']);
    stored.resolve(undefined);
    await saved;
    assert.deepEqual(sent, ['hello', 'linked', 'more']);
    creds.saving(new Promise(() => undefined));
    send('later ones are not waited for');
    assert.equal(sent.length, 4);
  });

  it('that cannot be stored are never answered for', async () => {
    const { sent, failed, creds, send } = stage(false);
    const saved = Promise.reject(new Error('Firestore is away'));
    creds.saving(saved);
    send('linked');
    await saved.catch(() => undefined);
    assert.deepEqual([sent, failed], [[], ['linked: Firestore is away']]);
  });

  it('that are stored when the account is another host’s already are not answered for either', async () => {
    const { sent, failed, creds, send } = stage(false, false);
    const saved = Promise.resolve();
    creds.saving(saved);
    send('linked');
    await saved;
    assert.deepEqual([sent, failed], [[], ['linked: the account is not ours any more']]);
  });

  it('of an old link hold nothing back', () => {
    const { sent, creds, send } = stage(true);
    creds.saving(new Promise(() => undefined));
    send('hello');
    assert.deepEqual(sent, ['hello']);
  });
});
