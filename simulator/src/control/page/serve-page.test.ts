import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { servePage } from './serve-page.ts';

/** What a file names that the browser will fetch: addresses in HTML and modules in scripts. */
const REFERENCES = /(?:src|href)="([^"]+)"|from '([^']+)'/g;

describe('the page of phones', () => {
  let origin = '';
  let stop = (): void => undefined;

  before(async () => {
    const app = express();
    servePage(app);
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server's address is never a path or null while it listens.
    origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    stop = () => {
      server.closeAllConnections();
      server.close();
    };
  });
  after(() => {
    stop();
  });

  it('finds every script, style and picture it names at its own origin', async () => {
    const pending = [`${origin}/`];
    const fetched = new Set<string>();
    for (let address = pending.pop(); address !== undefined; address = pending.pop()) {
      if (fetched.has(address)) continue;
      fetched.add(address);
      const response = await fetch(address);
      assert.equal(response.status, 200, address);
      for (const [, inMarkup, inScript] of (await response.text()).matchAll(REFERENCES)) {
        const reference: URL = new URL(inMarkup ?? inScript ?? '', address);
        assert.equal(reference.origin, origin, `${address} asks for ${reference.href}`);
        pending.push(reference.href);
      }
    }
    assert.ok(fetched.has(`${origin}/page/phone-card.js`));
  });

  it('is forbidden to run or fetch anything from elsewhere', async () => {
    const policy = (await fetch(`${origin}/`)).headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
  });

  it('serves no server code', async () => {
    assert.equal((await fetch(`${origin}/page/serve-page.ts`)).status, 404);
    assert.equal((await fetch(`${origin}/page/..%2fserve-page.ts`)).status, 404);
  });
});
