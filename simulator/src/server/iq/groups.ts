/** `w:g2`: what a companion asks about groups and changes in them. */
import { bytesOf, childOf, childrenOf, node, requireAttr } from '../../wire/node-reading.ts';
import type { Person } from '../device.ts';
import { changeMembers, createGroup, isAdmin, renameGroup } from '../group-changes.ts';
import { groupNode } from '../group-stanzas.ts';
import { MEMBERSHIP_CHANGES, type Group, type MembershipChange } from '../groups.ts';
import type { Network } from '../network.ts';
import type { Answer, Question } from './question.ts';

const FORBIDDEN = { error: { code: 403, text: 'forbidden' } };
const NOT_FOUND = { error: { code: 404, text: 'item-not-found' } };

export function answerGroups(question: Question): Answer {
  const { network, stanza } = question;
  const to = requireAttr(stanza, 'to');
  // Without a user part the question is about groups in general.
  if (to === '@g.us' || to === 'g.us') return answerGeneral(question);
  const group = network.groups.find(to);
  if (!group) return NOT_FOUND;
  if (!group.members.has(question.device.person.phone)) return FORBIDDEN;
  return stanza.attrs['type'] === 'set' ? change(question, group) : { content: [describe(network, group)] };
}

function describe(network: Network, group: Group): ReturnType<typeof groupNode> {
  return groupNode(group, (phone) => network.personOfPhone(phone));
}

function answerGeneral({ network, device, stanza }: Question): Answer {
  const create = childOf(stanza, 'create');
  if (create) {
    const members = peopleNamed(network, childrenOf(create, 'participant'));
    const group = createGroup(network, device.person, requireAttr(create, 'subject'), members);
    return { content: [describe(network, group)] };
  }
  if (childOf(stanza, 'participating')) {
    const groups = network.groups.ofMember(device.person.phone).map((group) => describe(network, group));
    return { content: [node('groups', {}, groups)] };
  }
  const leave = childOf(stanza, 'leave');
  if (!leave) return {};
  for (const { attrs } of childrenOf(leave, 'group')) {
    const group = network.groups.find(attrs['id'] ?? '');
    if (group) changeMembers(network, group, device.person, 'remove', [device.person]);
  }
  return { content: [leave] };
}

function change({ network, device, stanza }: Question, group: Group): Answer {
  if (!isAdmin(group, device.person)) return FORBIDDEN;
  const subject = bytesOf(childOf(stanza, 'subject'));
  if (subject) {
    renameGroup(network, group, device.person, subject.toString());
    return {};
  }
  const asked = childrenOf(stanza).find((child) => isMembershipChange(child.tag));
  if (!asked || !isMembershipChange(asked.tag)) return {};
  const people = peopleNamed(network, childrenOf(asked, 'participant'));
  changeMembers(network, group, device.person, asked.tag, people);
  return { content: [asked] };
}

function isMembershipChange(tag: string): tag is MembershipChange {
  return MEMBERSHIP_CHANGES.some((change) => change === tag);
}

function peopleNamed(network: Network, participants: readonly { attrs: Record<string, string> }[]): readonly Person[] {
  return participants.flatMap(({ attrs }) => network.personOf(attrs['jid'] ?? '') ?? []);
}
