import assert from 'node:assert/strict';
import { answersOk } from '../../scripts/lib/until.ts';
import { startProxy, type Cut } from '../support/proxy.ts';
import { launchHost, stack } from '../support/stack.ts';
import { freshId } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';
import { endsByItself } from './shutdown-scene.ts';

describe('a host that has never reached Firestore', () => {
  for (const how of ['refuse', 'hold'] satisfies Cut[]) {
    it(`ends by itself and in time when it is asked to (${how})`, async () => {
      const proxy = await startProxy(stack.firestore());
      proxy.cut(how);
      const host = await launchHost({ hostId: freshId('unready'), env: { FIRESTORE_EMULATOR_HOST: proxy.address } });
      await waitFor(() => answersOk(`${host.url}/livez`), Boolean, { what: 'the process to be up' });
      assert.equal(await answersOk(`${host.url}/readyz`), false);
      await endsByItself(host);
      await proxy.stop();
    });
  }
});
