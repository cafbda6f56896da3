import assert from 'node:assert/strict';
import { answersOk } from '../../scripts/lib/until.ts';
import { startProxy, type Cut } from '../support/proxy.ts';
import { launchHost, stack } from '../support/stack.ts';
import { freshId } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';

describe('a host that has never reached Firestore', () => {
  for (const how of ['refuse', 'hold'] satisfies Cut[]) {
    it(`ends by itself and in time when it is asked to (${how})`, async () => {
      const proxy = await startProxy(stack.firestore());
      proxy.cut(how);
      const host = await launchHost({ hostId: freshId('unready'), env: { FIRESTORE_EMULATOR_HOST: proxy.address } });
      await waitFor(() => answersOk(`${host.url}/livez`), Boolean, { what: 'the process to be up' });
      assert.equal(await answersOk(`${host.url}/readyz`), false);
      process.kill(host.process.pid, 'SIGTERM');
      // It ends by itself with 0; its own bound of 8 s would end it with 1.
      assert.deepEqual(await host.process.exited, { code: 0, signal: null }, host.process.printed().slice(-2_000));
      await proxy.stop();
    });
  }
});
