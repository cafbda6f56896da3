import assert from 'node:assert/strict';
import { addTransactionCapability, BufferJSON, Curve, getNextPreKeys, initAuthCreds } from '@whiskeysockets/baileys';
import { pino } from 'pino';
import { AuthState, type SessionPort } from './auth-state.ts';
import { libraryLogger } from './library-logger.ts';

interface Written {
  readonly rows: string[];
  readonly creds: string | null;
}

/** A session that notes what would share a commit: all that is handed in within one tick. */
class NotedSession implements SessionPort {
  creds: string | null;
  readonly rows = new Map<string, string>();
  readonly commits: Written[] = [];
  #open: { rows: string[]; creds: string | null } | null = null;

  constructor(creds: string | null) {
    this.creds = creds;
  }

  get(type: string, id: string): string | undefined {
    return this.rows.get(`${type} ${id}`);
  }

  set(rows: readonly { type: string; id: string; value: string | null }[]): Promise<void> {
    for (const { type, id, value } of rows) {
      if (value === null) this.rows.delete(`${type} ${id}`);
      else this.rows.set(`${type} ${id}`, value);
    }
    this.#commit().rows.push(...rows.map(({ type, id }) => `${type} ${id}`));
    return Promise.resolve();
  }

  saveCreds(creds: string): Promise<void> {
    this.creds = creds;
    this.#commit().creds = creds;
    return Promise.resolve();
  }

  list(type: string): { id: string; value: string }[] {
    return [...this.rows]
      .filter(([key]) => key.startsWith(`${type} `))
      .map(([key, value]) => ({ id: key.slice(type.length + 1), value }));
  }

  forget(): void {
    // Nothing here forgets.
  }

  #commit(): { rows: string[]; creds: string | null } {
    if (this.#open) return this.#open;
    const commit = { rows: [], creds: null };
    this.#open = commit;
    this.commits.push(commit);
    setImmediate(() => {
      this.#open = null;
    });
    return commit;
  }
}

function linkedCreds(changes: object = {}): string {
  const creds = { ...initAuthCreds(), me: { id: '40712345678:7@s.whatsapp.net' }, account: {}, ...changes };
  return JSON.stringify(creds, BufferJSON.replacer);
}

function nextPreKeyId(creds: string | null): number {
  const read: unknown = JSON.parse(creds ?? '{}');
  return typeof read === 'object' && read !== null && 'nextPreKeyId' in read ? Number(read.nextPreKeyId) : 0;
}

describe('the authentication state', () => {
  it('writes new pre-keys and the credentials that count them in one commit', async () => {
    const session = new NotedSession(linkedCreds());
    const auth = new AuthState(session, Date.now);
    const logger = libraryLogger(pino({ level: 'silent' }));
    const keys = addTransactionCapability(auth.keys, logger, { maxCommitRetries: 1, delayBetweenTriesMs: 0 });
    // As the library makes pre-keys: the credentials are changed while the transaction is open.
    await keys.transaction(async () => {
      const { update } = await getNextPreKeys({ creds: auth.creds, keys }, 30);
      Object.assign(auth.creds, update);
    }, 'me');
    const withKeys = session.commits.filter(({ rows }) => rows.some((row) => row.startsWith('pre-key ')));
    assert.equal(withKeys.length, 1);
    assert.equal(withKeys[0]?.rows.length, 30);
    assert.equal(nextPreKeyId(withKeys[0].creds), 31);
  });

  it('with credentials older than the pre-keys beside them never uses an id twice', () => {
    const session = new NotedSession(linkedCreds({ nextPreKeyId: 10, firstUnuploadedPreKeyId: 10 }));
    session.rows.set('pre-key 9', '{}').set('pre-key 842', '{}');
    const { creds } = new AuthState(session, Date.now);
    assert.deepEqual([creds.nextPreKeyId, creds.firstUnuploadedPreKeyId], [843, 843]);
    session.rows.delete('pre-key 842');
    assert.equal(new AuthState(session, Date.now).creds.nextPreKeyId, 10);
  });

  it('reads a state of any length as it was written', async () => {
    const session = new NotedSession(linkedCreds());
    const { keys } = new AuthState(session, Date.now);
    const indexValueMap = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, index) => [`index ${String(index)}`, { valueMac: Buffer.alloc(32, index) }]),
    );
    const state = { version: 3, hash: Buffer.alloc(128, 1), indexValueMap };
    await keys.set({ 'app-state-sync-version': { regular: state } });
    assert.deepEqual(await keys.get('app-state-sync-version', ['regular']), { regular: state });
    assert.ok(Math.max(...[...session.rows.values()].map((text) => text.length)) <= 16_000);
    await keys.set({ 'app-state-sync-version': { regular: null } });
    assert.equal(session.rows.size, 0);
  });

  it('writes nothing once its socket is over', async () => {
    const session = new NotedSession(linkedCreds());
    const auth = new AuthState(session, Date.now);
    auth.detach();
    await assert.rejects(async () => auth.keys.set({ 'pre-key': { 1: Curve.generateKeyPair() } }), /socket is over/);
    await auth.save();
    assert.deepEqual(session.commits, []);
  });
});
