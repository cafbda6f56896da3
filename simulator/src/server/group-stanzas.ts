/** How the server describes a group, its changes and its receipts on the wire. Groups here name their members by LID. Pure. */
import { attrsOf, childrenOf, node, requireAttr } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import type { Person } from './device.ts';
import type { Group, GroupRole, MembershipChange } from './groups.ts';

/** Finds the person behind a member's phone number. */
export type FindPerson = (phone: string) => Person | null;

/** The whole group, as it answers a query and announces a new group. */
export function groupNode(group: Group, findPerson: FindPerson): BinaryNode {
  const owner = findPerson(group.owner);
  return node(
    'group',
    attrsOf({
      id: group.id.replace('@g.us', ''),
      subject: group.subject,
      creation: String(group.createdAtSeconds),
      creator: owner?.jid('lid'),
      creator_pn: owner?.jid('pn'),
      s_t: String(group.subjectSetAtSeconds),
      s_o: owner?.jid('lid'),
      s_o_pn: owner?.jid('pn'),
      size: String(group.members.size),
      addressing_mode: 'lid',
    }),
    [...group.members].flatMap(([phone, role]) => participantNodes(findPerson(phone), role)),
  );
}

function participantNodes(person: Person | null, role: GroupRole): BinaryNode[] {
  if (!person) return [];
  const type = role === 'member' ? undefined : role;
  return [node('participant', attrsOf({ jid: person.jid('lid'), phone_number: person.jid('pn'), type }))];
}

/** What members hear when `actor` changed something. */
export function groupNotification(input: {
  id: string;
  group: Group;
  actor: Person;
  nowSeconds: string;
  change: BinaryNode;
}): BinaryNode {
  return node(
    'notification',
    {
      type: 'w:gp2',
      id: input.id,
      from: input.group.id,
      participant: input.actor.jid('lid'),
      participant_pn: input.actor.jid('pn'),
      addressing_mode: 'lid',
      notify: input.actor.name,
      t: input.nowSeconds,
    },
    [input.change],
  );
}

export function createdNode(group: Group, findPerson: FindPerson): BinaryNode {
  return node('create', {}, [groupNode(group, findPerson)]);
}

export function membershipNode(change: MembershipChange, people: readonly Person[]): BinaryNode {
  return node(
    change,
    {},
    people.map((person) => node('participant', { jid: person.jid('lid'), phone_number: person.jid('pn') })),
  );
}

export function subjectNode(group: Group, actor: Person): BinaryNode {
  return node('subject', {
    subject: group.subject,
    s_t: String(group.subjectSetAtSeconds),
    s_o: actor.jid('lid'),
    s_o_pn: actor.jid('pn'),
  });
}

/** Whether a receipt tells of several members, or would if there were more. */
export function isGroupedReceipt(stanza: BinaryNode): boolean {
  return stanza.tag === 'receipt' && childrenOf(stanza, 'participants').length > 0;
}

/**
 * Who has which messages, as one receipt tells it: it names no member itself, its id stands for no message, and it has a `participants` for each
 * message (`key`) with the members who have it (`user`).
 *
 * @param before one of the same kind that told less, or nothing yet
 * @param told what a member has, in the form for one
 */
export function groupedReceipt(before: BinaryNode, told: BinaryNode, messageIds: readonly string[]): BinaryNode {
  const user = node('user', attrsOf({ jid: requireAttr(told, 'participant'), t: told.attrs['t'] }));
  const known = childrenOf(before, 'participants');
  const isKnown = (id: string): boolean => known.some(({ attrs }) => attrs['key'] === id);
  const added = known.map((message) => {
    const isTold = messageIds.includes(requireAttr(message, 'key'));
    return isTold ? { ...message, content: [...childrenOf(message), user] } : message;
  });
  const fresh = messageIds.filter((id) => !isKnown(id)).map((key) => node('participants', { key }, [user]));
  return { ...before, content: [...added, ...fresh] };
}
