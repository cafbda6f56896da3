/** For tests: a bulk send in an emulated project, steered by calls and moved on as the schedule moves it. */
import {
  bulkRecipientSchema,
  bulkSendSchema,
  type BulkAction,
  type BulkRecipient,
  type BulkSend,
} from '@switchboard/contract/bulk';
import type { AddBulkRecipientsOutput, ControlBulkSendOutput } from '@switchboard/contract/callables';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import { randomUUID } from 'node:crypto';
import { whyNotGoOn } from '../bulk/may-send.ts';
import { runBulk, type BulkDeps } from '../bulk/run-bulk.ts';
import { onOutboxCreated } from '../outbox/on-outbox-created.ts';
import { stepBulk } from '../store/bulk-progress.ts';
import { changeBulk, createBulk, readBulkAccount, readOptedOut } from '../store/bulk-sends.ts';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { changeEntry } from '../store/entries.ts';
import { addBulkRecipients, controlBulkSend, createBulkSend, type BulkCallDeps } from './bulk-sends.ts';
import { callerOf } from './refused.ts';

export interface SeenEntry {
  readonly id: string;
  readonly status: string;
  readonly createdBy: string;
  readonly to: string;
  readonly text: string;
}

export function phoneOf(index: number): string {
  return `+407230${String(index).padStart(5, '0')}`;
}

export function someone(index: number): { phone: string; variables: { name: string } } {
  return { phone: phoneOf(index), variables: { name: `N${String(index)}` } };
}

export function people(count: number): ReturnType<typeof someone>[] {
  return Array.from({ length: count }, (_, index) => someone(index));
}

export class BulkScene {
  readonly emulated = new EmulatedOutbox();
  readonly runner: BulkDeps;
  readonly deps: BulkCallDeps;
  /** Makes and steers it, unless a test says otherwise. */
  manager = '';
  accountId = '';
  bulkId = '';

  constructor() {
    const { project, staff, deps } = this.emulated;
    const { db } = project;
    this.runner = {
      step: (id) => stepBulk(db, id, (bulk, account) => whyNotGoOn(staff, bulk, account)),
      change: (requestId, work) => changeEntry(db, requestId, work),
      log: deps.log,
    };
    this.deps = {
      staff,
      readAccount: (id) => readBulkAccount(db, id),
      create: (id, fields, deed) => createBulk(db, id, fields, deed),
      change: (id, work) => changeBulk(db, id, work),
      readOptedOut: (id, phones) => readOptedOut(db, id, phones),
      run: (id) => runBulk(this.runner, id),
      log: deps.log,
    };
  }

  /** A new account and the id of a new bulk send, for one test. */
  async renew(): Promise<void> {
    this.manager = await this.emulated.project.addUser('manager');
    this.accountId = await this.emulated.addAccount();
    this.bulkId = randomUUID();
  }

  async create(fields: Record<string, unknown> = {}): Promise<void> {
    const asked = { bulkId: this.bulkId, accountId: this.accountId, name: 'News', template: 'Hello {{name}}' };
    await createBulkSend(this.deps, callerOf(this.manager), { ...asked, ...fields });
  }

  add(recipients: unknown, fields: Record<string, unknown> = {}): Promise<AddBulkRecipientsOutput> {
    const asked = { bulkId: this.bulkId, startAt: 0, recipients, ...fields };
    return addBulkRecipients(this.deps, callerOf(this.manager), asked);
  }

  control(action: BulkAction, by: string = this.manager): Promise<ControlBulkSendOutput> {
    return controlBulkSend(this.deps, callerOf(by), { bulkId: this.bulkId, action });
  }

  async start(count: number): Promise<void> {
    await this.create();
    for (let at = 0; at < count; at += 500) await this.add(people(count).slice(at, at + 500), { startAt: at });
    await this.control('start');
  }

  /** Moves it on as the schedule does. */
  run(): Promise<void> {
    return runBulk(this.runner, this.bulkId);
  }

  /** What trigger and host make of the entries that wait. @returns how many there were. */
  async settle(end: 'sent' | 'failed' = 'sent'): Promise<number> {
    const waiting = (await this.entries()).filter(({ status }) => status === 'queued');
    await Promise.all(
      waiting.map(async ({ id }) => {
        await onOutboxCreated(this.emulated.deps, id);
        const ref = this.emulated.project.db.doc(paths.outbox(id));
        if ((await ref.get()).get('status') === 'routed') await ref.update({ status: end });
      }),
    );
    return waiting.length;
  }

  async entries(): Promise<SeenEntry[]> {
    const { docs } = await this.emulated.project.db.collection(COLLECTIONS.outbox).get();
    const ofAccount = docs.filter((entry) => entry.get('accountId') === this.accountId);
    return ofAccount.map((entry) => ({
      id: entry.id,
      status: String(entry.get('status')),
      createdBy: String(entry.get('createdBy')),
      to: String(entry.get('toPhone')),
      text: String(entry.get('payload.text')),
    }));
  }

  async recipients(): Promise<BulkRecipient[]> {
    const { docs } = await this.emulated.project.db.collection(paths.bulkRecipients(this.bulkId)).get();
    return docs.map((one) => bulkRecipientSchema.parse(one.data()));
  }

  async read(): Promise<BulkSend> {
    return bulkSendSchema.parse(await this.emulated.read(paths.bulkSend(this.bulkId)));
  }
}
