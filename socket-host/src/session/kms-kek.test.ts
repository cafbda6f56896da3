/** Against a server on the loopback that keeps Cloud KMS's promises: encrypt and decrypt with authenticated context, and its errors. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { WrongKeyError } from './kek.ts';
import { kmsKek } from './kms-kek.ts';
import { open, seal } from './seal.ts';

const KEY_NAME = 'projects/p/locations/l/keyRings/r/cryptoKeys/k';
const TOKEN = 'a-token';

const askedSchema = z.object({
  plaintext: z.base64().optional(),
  ciphertext: z.base64().optional(),
  additionalAuthenticatedData: z.base64(),
});

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

type Answer = readonly [status: number, body: unknown];

function refuse(status: number, message: string): Answer {
  return [status, { error: { code: status, message } }];
}

/** One key that never leaves the server. */
function keyServer(): { readonly server: Server; readonly fail: (answer: Answer | null) => void } {
  const key = randomBytes(32);
  let failing: Answer | null = null;
  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return refuse(401, 'no token');
    if (failing) return failing;
    const [, name, verb] = /^\/v1\/(.+):(encrypt|decrypt)$/.exec(request.url ?? '') ?? [];
    if (name !== KEY_NAME) return refuse(404, `CryptoKey ${name ?? ''} not found.`);
    const { plaintext, ciphertext, additionalAuthenticatedData: context } = askedSchema.parse(await bodyOf(request));
    if (verb === 'encrypt') {
      const sealed = seal(key, Buffer.from(plaintext ?? '', 'base64'), context);
      return [200, { name, ciphertext: Buffer.from(sealed).toString('base64') }];
    }
    try {
      const opened = open(key, Buffer.from(ciphertext ?? '', 'base64'), context);
      return [200, { plaintext: Buffer.from(opened).toString('base64') }];
    } catch {
      return refuse(400, 'Decryption failed: the ciphertext is invalid.');
    }
  };
  const server = createServer((request, response) => {
    void answerTo(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  return {
    server,
    fail: (answer) => {
      failing = answer;
    },
  };
}

describe('a key-encryption key in Cloud KMS', () => {
  const { server, fail } = keyServer();
  const dataKey = randomBytes(32);
  const kekNamed = (keyName: string, accessToken = () => Promise.resolve(TOKEN)) =>
    kmsKek({ keyName, accessToken, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` });

  before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  after(() => new Promise((resolve) => server.close(resolve)));
  afterEach(() => {
    fail(null);
  });

  it('unwraps what it wrapped, for the account it was wrapped for alone', async () => {
    const kek = kekNamed(KEY_NAME);
    const wrapped = await kek.wrap(dataKey, 'account one');
    assert.ok(!Buffer.from(wrapped).includes(dataKey));
    assert.deepEqual(await kek.unwrap(wrapped, kek.kid, 'account one'), dataKey);
    await assert.rejects(kek.unwrap(wrapped, kek.kid, 'account two'), WrongKeyError);
  });

  it('says which key is needed when another one wrapped it, without asking', async () => {
    const kek = kekNamed(KEY_NAME);
    fail(refuse(500, 'must not be asked'));
    await assert.rejects(
      kek.unwrap(dataKey, 'local:123', 'account'),
      /encrypted with the key local:123, this host has kms:/,
    );
  });

  it('tells a key that is not there or not allowed from a service that does not answer', async () => {
    await assert.rejects(kekNamed(`${KEY_NAME}2`).wrap(dataKey, 'account'), (error) => {
      assert.ok(error instanceof WrongKeyError);
      assert.match(error.message, /404.*cryptoKeys\/k2 not found/);
      return true;
    });
    fail(refuse(403, 'Permission denied.'));
    await assert.rejects(kekNamed(KEY_NAME).wrap(dataKey, 'account'), WrongKeyError);
    for (const status of [401, 429, 500, 503]) {
      fail(refuse(status, 'later'));
      await assert.rejects(kekNamed(KEY_NAME).wrap(dataKey, 'account'), (error) => {
        assert.ok(error instanceof Error && !(error instanceof WrongKeyError));
        return true;
      });
    }
  });

  it('refuses an answer that is none', async () => {
    fail([200, { unexpected: true }]);
    await assert.rejects(kekNamed(KEY_NAME).wrap(dataKey, 'account'));
  });
});
