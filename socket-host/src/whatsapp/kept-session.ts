/** A linked session in memory, for tests of the journal: it survives what is tried. */
import { BufferJSON, initAuthCreds, type SignalDataSet } from '@whiskeysockets/baileys';
import type { SessionPort } from './auth-state.ts';
import { JOURNAL_TYPE } from './journal-rows.ts';

/** The account's own addresses in it. */
export const OWN = { id: '40700000000:5@s.whatsapp.net', lid: '999:5@lid' };

/** What a session is to the journal, with all its writes durable at once. */
export class KeptSession implements SessionPort {
  readonly creds = JSON.stringify({ ...initAuthCreds(), me: OWN }, BufferJSON.replacer);
  readonly rows = new Map<string, string>();

  get(_type: string, id: string): string | undefined {
    return this.rows.get(id);
  }

  set(rows: readonly { type: string; id: string; value: string | null }[]): Promise<void> {
    for (const { id, value } of rows) {
      if (value === null) this.rows.delete(id);
      else this.rows.set(id, value);
    }
    return Promise.resolve();
  }

  list(type: string): { id: string; value: string }[] {
    return type === JOURNAL_TYPE ? [...this.rows].map(([id, value]) => ({ id, value })) : [];
  }

  forget(_type: string, ids: readonly string[]): void {
    for (const id of ids) this.rows.delete(id);
  }

  saveCreds(): Promise<void> {
    return Promise.resolve();
  }

  keep(changes: SignalDataSet): void {
    const byId = Object.entries(changes).find(([type]) => type === JOURNAL_TYPE)?.[1] ?? {};
    for (const [id, row] of Object.entries(byId)) this.rows.set(id, JSON.stringify(row));
  }
}
