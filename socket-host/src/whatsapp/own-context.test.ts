import './own-context.ts';
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { ProtocolAddress, SessionCipher } from 'libsignal';

interface Queueing {
  queueJob<R>(job: () => Promise<R>): Promise<R>;
}

describe('the jobs of session ciphers for one address', () => {
  const account = new AsyncLocalStorage<string>();
  const cipher = (): Queueing =>
    new SessionCipher({} as never, new ProtocolAddress('40712345678', 0)) as unknown as Queueing;

  it('each run in the context of their own account, though they wait for each other', async () => {
    const order: string[] = [];
    const gate = Promise.withResolvers<undefined>();
    const job = (name: string, before: Promise<unknown>) => async () => {
      await before;
      order.push(name);
      return account.getStore();
    };
    const first = account.run('A', () => cipher().queueJob(job('first', gate.promise)));
    const second = account.run('B', () => cipher().queueJob(job('second', Promise.resolve())));
    gate.resolve(undefined);
    assert.deepEqual(await Promise.all([first, second]), ['A', 'B']);
    assert.deepEqual(order, ['first', 'second']);
  });
});
