/**
 * Makes groups and changes who is in them, and tells the companions of everyone concerned. Asked by a member over
 * the wire (`iq/groups.ts`) or by a person at a phone (the control API); the rules are the same.
 */
import type { BinaryNode } from '../wire/nodes.ts';
import type { Person } from './device.ts';
import { peopleIn } from './group-routing.ts';
import { createdNode, groupNotification, membershipNode, subjectNode } from './group-stanzas.ts';
import type { Group, MembershipChange } from './groups.ts';
import { unixSeconds, type Network } from './network.ts';

export function createGroup(network: Network, owner: Person, subject: string, members: readonly Person[]): Group {
  const group = network.groups.create({
    subject,
    owner: owner.phone,
    members: members.map((person) => person.phone),
    nowSeconds: Number(unixSeconds()),
  });
  announce(
    network,
    group,
    owner,
    createdNode(group, (phone) => network.personOfPhone(phone)),
  );
  return group;
}

/** @returns whom it changed. Nobody is told when that is no one. */
export function changeMembers(
  network: Network,
  group: Group,
  actor: Person,
  change: MembershipChange,
  people: readonly Person[],
): readonly Person[] {
  const changed = network.groups.change(
    group.id,
    change,
    people.map((person) => person.phone),
  );
  const concerned = people.filter((person) => changed.includes(person.phone));
  const after = network.groups.find(group.id);
  if (after && concerned.length > 0) announce(network, after, actor, membershipNode(change, concerned), concerned);
  return concerned;
}

export function renameGroup(network: Network, group: Group, actor: Person, subject: string): void {
  network.groups.rename(group.id, subject, Number(unixSeconds()));
  const after = network.groups.find(group.id);
  if (after) announce(network, after, actor, subjectNode(after, actor));
}

/** Whether someone may add and remove others. */
export function isAdmin(group: Group, person: Person): boolean {
  return ['admin', 'superadmin'].includes(group.members.get(person.phone) ?? '');
}

/** Tells members, and whoever just stopped being one. Phones need no telling: they read the group when they send. */
function announce(
  network: Network,
  group: Group,
  actor: Person,
  change: BinaryNode,
  alsoTo: readonly Person[] = [],
): void {
  const id = network.stanzaId();
  const notification = groupNotification({ id, group, actor, nowSeconds: unixSeconds(), change });
  for (const person of new Set([...peopleIn(network, group), ...alsoTo])) {
    for (const companion of person.companions) companion.deliver(notification);
  }
}
