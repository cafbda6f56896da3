/** Which version is presented while WhatsApp refuses some: Firestore is the emulator's, what is published and refused is the test's. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import { pino } from 'pino';
import { systemClock, type Clock } from '../clock.ts';
import { LIBRARY_VERSION, type WebVersion } from '../whatsapp/web-version.ts';
import { db, until } from './supervisor-scene.ts';
import { WebVersions } from './web-versions.ts';

const HOUR_MS = 3_600_000;
const [MAJOR, MINOR, REVISION] = LIBRARY_VERSION;
/** Newer than the library's, each than the one before. */
const [GOOD, BROKEN, MENDED] = [1, 2, 3].map((more) => [MAJOR, MINOR, REVISION + more] as const) as [
  WebVersion,
  WebVersion,
  WebVersion,
];

describe('the WhatsApp Web version a host presents', () => {
  const document = db.doc(paths.whatsappVersion);
  let published: WebVersion | null = null;
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (published === null) response.writeHead(500).end();
    else response.end(`{"client_revision":${String(published[2])}}`);
  });
  let url: string;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  });
  beforeEach(async () => {
    published = null;
    await document.delete();
  });
  after(async () => {
    await document.delete();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** @param seen gets what is presented anew. */
  async function startHost(seen: string[] = []): Promise<{ versions: WebVersions; passHour: () => Promise<void> }> {
    let hourly = (): void => undefined;
    const clock: Clock = {
      ...systemClock,
      after: (delayMs, task) => {
        if (delayMs < HOUR_MS) return systemClock.after(delayMs, task);
        hourly = task;
        return () => undefined;
      },
    };
    const logger = pino({ base: null }, { write: (line) => seen.push((JSON.parse(line) as { to?: string }).to ?? '') });
    const versions = new WebVersions({ db, url, clock, random: () => 0, logger });
    await versions.prepare();
    const passHour = async (): Promise<void> => {
      // It may be the question of the start that is asked only now.
      const before = asked;
      await askedLongAgo();
      hourly();
      await until(
        () => asked,
        (times) => times > before,
        'it to ask',
      );
    };
    return { versions, passHour };
  }

  /** As if nobody had asked lately. */
  async function askedLongAgo(): Promise<void> {
    await document.set({ checkedAt: Timestamp.fromMillis(0) }, { merge: true });
  }

  async function refuse(versions: WebVersions): Promise<void> {
    await askedLongAgo();
    await versions.refused(versions.present());
  }

  /** A host that went from the version it opened with to one that is refused. */
  async function startWith(
    good: WebVersion | null,
  ): Promise<Awaited<ReturnType<typeof startHost>> & { seen: string[] }> {
    const seen: string[] = [];
    await document.set({ version: good ?? LIBRARY_VERSION, checkedAt: Timestamp.now() });
    const { versions, passHour } = await startHost(seen);
    if (good) versions.accepted(good);
    await until(
      async () => (await document.get()).get('goodVersion') as unknown,
      (stored) => good === null || stored !== undefined,
      'the good one to be stored',
    );
    published = BROKEN;
    await passHour();
    await until(
      async () => String((await document.get()).get('version')),
      (version) => version === BROKEN.join(),
      'what is published to be presented, and stored',
    );
    return { versions, passHour, seen };
  }

  it('is the one a connection opened with when the one that is published is refused, until another one is published', async () => {
    const { versions, passHour, seen } = await startWith(GOOD);
    await refuse(versions);
    assert.deepEqual(versions.present(), GOOD);
    await passHour();
    published = MENDED;
    await passHour();
    await until(
      () => seen.at(-1),
      (version) => version === MENDED.join('.'),
      'the mended one to be presented',
    );
    assert.deepEqual(
      seen.slice(-3),
      [BROKEN, GOOD, MENDED].map((version) => version.join('.')),
    );
  });

  it('is so too when nobody can be asked', async () => {
    const { versions } = await startWith(GOOD);
    published = null;
    await refuse(versions);
    assert.deepEqual(versions.present(), GOOD);
  });

  it('is the library’s when none is known to be good', async () => {
    const { versions } = await startWith(null);
    await refuse(versions);
    assert.deepEqual(versions.present(), LIBRARY_VERSION);
  });

  it('is known to be good to a host that starts later', async () => {
    await startWith(GOOD);
    const { versions } = await startHost();
    assert.deepEqual(versions.present(), BROKEN);
    await refuse(versions);
    assert.deepEqual(versions.present(), GOOD);
  });

  it('is the published one again when the good one is refused in its turn', async () => {
    const { versions } = await startWith(GOOD);
    await refuse(versions);
    await refuse(versions);
    assert.deepEqual(versions.present(), BROKEN);
    await refuse(versions);
    assert.deepEqual(versions.present(), GOOD);
  });

  it('does not change again when connections that presented the former one are refused late', async () => {
    const { versions } = await startWith(GOOD);
    await refuse(versions);
    await versions.refused(BROKEN);
    assert.deepEqual(versions.present(), GOOD);
  });
});
