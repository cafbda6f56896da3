/** For tests: outbox entries, and the accounts and threads they name, in an emulated project. */
import { accountIdOf, identityIdOf, optOutIdOf, threadIdOf } from '@switchboard/contract/ids';
import { newAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import type { Thread } from '@switchboard/contract/thread';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { OutboxDeps } from '../outbox/on-outbox-created.ts';
import { createQuotas } from '../outbox/quotas.ts';
import { openProject, recordingLog, type EmulatedProject } from './emulated.ts';
import { createOutboxCounts } from './outbox-counts.ts';
import { createOutboxStore, type OutboxStore } from './outbox.ts';
import { createStaffDirectory, type StaffDirectory } from './staff.ts';

export class EmulatedOutbox {
  readonly project: EmulatedProject = openProject();
  readonly outbox: OutboxStore = createOutboxStore(this.project.db, Date.now);
  readonly staff: StaffDirectory = createStaffDirectory(this.project.auth, Date.now);
  /** What the router needs, with quotas nobody reaches. */
  readonly deps: OutboxDeps = {
    outbox: this.outbox,
    staff: this.staff,
    quotas: createQuotas(
      createOutboxCounts(this.project.db),
      { perUserPerMinute: 10_000, waitingPerAccount: 10_000 },
      Date.now,
    ),
    defaultCountry: null,
    nowMs: Date.now,
    log: recordingLog(),
  };
  #phones = 40_712_000_000;

  /** A connected account of team `main`, unless `fields` say otherwise. */
  async addAccount(fields: Record<string, unknown> = {}): Promise<string> {
    this.#phones += 1;
    const phoneE164 = `+${String(this.#phones)}`;
    const accountId = accountIdOf('demo', phoneE164);
    const now = Timestamp.now();
    const account = newAccount({ name: 'Shop', phoneE164, team: 'main', createdBy: 'test', status: 'connected' });
    await this.#write(paths.account(accountId), { ...account, createdAt: now, updatedAt: now, ...fields });
    return accountId;
  }

  /** A thread somebody wrote into long ago, known under `jid`. */
  async addThread(accountId: string, jid: string, fields: Partial<Thread> = {}): Promise<string> {
    const threadId = threadIdOf(accountId, jid);
    const thread: Thread = {
      accountId,
      team: 'main',
      clientJid: jid,
      phoneE164: null,
      lid: null,
      displayName: 'Ana',
      isGroup: false,
      lastMessageAt: Timestamp.fromMillis(0),
      lastMessageText: 'before',
      lastMessageDirection: 'inbound',
      lastInboundAt: Timestamp.fromMillis(0),
      unreadCount: 3,
      assignedTo: null,
      tags: [],
      archived: false,
      searchTokens: [],
      ...fields,
    };
    await this.#write(paths.thread(threadId), { ...thread });
    await this.#write(paths.identity(identityIdOf(accountId, jid)), { threadId });
    return threadId;
  }

  /** Puts a customer on the list alone, and not on their threads as a call would. @returns where. */
  async addOptOut(accountId: string, phoneOrJid: string): Promise<string> {
    const path = paths.optOut(optOutIdOf(accountId, phoneOrJid));
    const optedOutAt = Timestamp.now();
    await this.#write(path, { accountId, team: 'main', phoneE164: null, reason: null, optedOutAt, createdBy: 'agent' });
    return path;
  }

  /** Writes an entry as a client would. */
  async queue(fields: Record<string, unknown>, requestId: string = randomUUID()): Promise<string> {
    await this.#write(paths.outbox(requestId), {
      payload: { kind: 'text', text: 'Good morning' },
      status: 'queued',
      createdAt: Timestamp.now(),
      ...fields,
    });
    return requestId;
  }

  async read(path: string): Promise<Record<string, unknown>> {
    const data = (await this.project.db.doc(path).get()).data();
    assert.ok(data, `${path} should exist`);
    return data;
  }

  async #write(path: string, fields: Record<string, unknown>): Promise<void> {
    await this.project.db.doc(path).set(fields);
  }
}
