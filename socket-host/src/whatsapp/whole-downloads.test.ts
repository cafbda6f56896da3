import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { downloadContentFromMessage, getMediaKeys } from '@whiskeysockets/baileys';
import { WHOLE_DOWNLOADS } from './whole-downloads.ts';

const PLAIN = randomBytes(300_000);

describe('a file that the library fetches', function () {
  this.timeout(60_000);
  const mediaKey = randomBytes(32);
  let encrypted: Buffer;
  let server: Server | null = null;

  before(async () => {
    const { cipherKey, iv } = await getMediaKeys(mediaKey, 'md-msg-hist');
    const cipher = createCipheriv('aes-256-cbc', cipherKey, iv);
    encrypted = Buffer.concat([cipher.update(PLAIN), cipher.final()]);
  });
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** @param cutOff how many of the requests are broken off half way, from the first one on. */
  async function serve(cutOff: number): Promise<{ readonly url: string; readonly asked: () => number }> {
    let asked = 0;
    const answer: RequestListener = (_request, response) => {
      asked += 1;
      response.writeHead(200, { 'content-length': encrypted.length });
      if (asked > cutOff) response.end(encrypted);
      else response.write(encrypted.subarray(0, 100_000), () => response.destroy());
    };
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${String(port)}/file`, asked: () => asked };
  }

  /** As the library does it for history and app state. */
  async function fetched(url: string): Promise<Buffer> {
    return buffer(await downloadContentFromMessage({ mediaKey, url }, 'md-msg-hist', { options: WHOLE_DOWNLOADS }));
  }

  it('comes whole', async () => {
    const { url } = await serve(0);
    assert.deepEqual(await fetched(url), PLAIN);
  });

  it('is asked for anew when it broke off half way', async () => {
    const { url, asked } = await serve(2);
    assert.deepEqual(await fetched(url), PLAIN);
    assert.equal(asked(), 3);
  });

  it('fails where it is awaited when it breaks off each time: nothing is thrown past everybody, and nobody waits for ever', async () => {
    const { url, asked } = await serve(Infinity);
    await assert.rejects(fetched(url), /fetch failed/);
    assert.equal(asked(), 4);
  });
});
