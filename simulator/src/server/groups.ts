/**
 * The groups of this network: who is in them and in which role. Members are phone numbers, never devices.
 * Owns membership only; stanzas, devices and keys are others'.
 */
import { randomInt } from 'node:crypto';

export type GroupRole = 'member' | 'admin' | 'superadmin';

export const MEMBERSHIP_CHANGES = ['add', 'remove', 'promote', 'demote'] as const;
export type MembershipChange = (typeof MEMBERSHIP_CHANGES)[number];

export interface Group {
  /** `120363...@g.us`. */
  readonly id: string;
  readonly owner: string;
  readonly createdAtSeconds: number;
  readonly subject: string;
  readonly subjectSetAtSeconds: number;
  /** By phone number, E.164, in the order they came. */
  readonly members: ReadonlyMap<string, GroupRole>;
}

/** Real groups carry ids of this length and beginning. */
const ID_PREFIX = '120363';

export class Groups {
  readonly #groups = new Map<string, Group>();

  create(input: { subject: string; owner: string; members: readonly string[]; nowSeconds: number }): Group {
    const group = {
      id: this.#freeId(),
      owner: input.owner,
      createdAtSeconds: input.nowSeconds,
      subject: input.subject,
      subjectSetAtSeconds: input.nowSeconds,
      members: new Map<string, GroupRole>([
        [input.owner, 'superadmin'],
        ...input.members.filter((phone) => phone !== input.owner).map((phone) => [phone, 'member'] as const),
      ]),
    };
    this.#groups.set(group.id, group);
    return group;
  }

  find(id: string): Group | undefined {
    return this.#groups.get(id);
  }

  all(): readonly Group[] {
    return [...this.#groups.values()];
  }

  ofMember(phone: string): readonly Group[] {
    return this.all().filter(({ members }) => members.has(phone));
  }

  rename(id: string, subject: string, nowSeconds: number): void {
    const group = this.#groups.get(id);
    if (group) this.#groups.set(id, { ...group, subject, subjectSetAtSeconds: nowSeconds });
  }

  /** Applies a change. @returns the phones it changed: the others were already as asked, or not members. */
  change(id: string, change: MembershipChange, phones: readonly string[]): readonly string[] {
    const group = this.#groups.get(id);
    if (!group) return [];
    const members = new Map(group.members);
    const changed = [...new Set(phones)].filter((phone) => applyChange(members, change, phone));
    this.#groups.set(id, { ...group, members });
    return changed;
  }

  clear(): void {
    this.#groups.clear();
  }

  #freeId(): string {
    const id = `${ID_PREFIX}${String(randomInt(10 ** 11, 10 ** 12))}@g.us`;
    return this.#groups.has(id) ? this.#freeId() : id;
  }
}

function applyChange(members: Map<string, GroupRole>, change: MembershipChange, phone: string): boolean {
  const role = members.get(phone);
  switch (change) {
    case 'add':
      if (role !== undefined) return false;
      members.set(phone, 'member');
      return true;
    case 'remove':
      return members.delete(phone);
    case 'promote':
      if (role !== 'member') return false;
      members.set(phone, 'admin');
      return true;
    case 'demote':
      // Whoever made the group stays its superadmin.
      if (role !== 'admin') return false;
      members.set(phone, 'member');
      return true;
  }
}
