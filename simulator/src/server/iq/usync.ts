/**
 * `usync`: whether people are on WhatsApp, their LIDs and their devices. Every number must come with its LID:
 * clients fetch keys for LIDs only. Whoever asks for devices is told when they change.
 */
import { bytesOf, childOf, childrenOf, node } from '../../wire/node-reading.ts';
import { phoneJid } from '../../wire/jid.ts';
import type { BinaryNode } from '../../wire/nodes.ts';
import type { Person } from '../device.ts';
import type { Network } from '../network.ts';
import type { Answer, Question } from './question.ts';

/** More devices than anybody links. */
const GHOST_ID = 90;

/** What a query asks for of each person. */
export function protocolsIn(stanza: BinaryNode): string[] {
  return childrenOf(childOf(childOf(stanza, 'usync'), 'query')).map((protocol) => protocol.tag);
}

export function answerUsync(question: Question): Answer {
  const usync = childOf(question.stanza, 'usync');
  const protocols = protocolsIn(question.stanza);
  const users = childrenOf(childOf(usync, 'list'), 'user');
  const list = users.flatMap((user) => answerUser(question, user, protocols) ?? []);
  return {
    content: [
      node('usync', usync?.attrs ?? {}, [
        node(
          'result',
          {},
          protocols.map((protocol) => node(protocol)),
        ),
        node('list', {}, list),
      ]),
    ],
  };
}

/** A person is asked for by address or by number; the answer repeats the address. */
function answerUser({ network, device }: Question, user: BinaryNode, protocols: readonly string[]): BinaryNode | null {
  const number = bytesOf(childOf(user, 'contact'))?.toString().replace(/\D/g, '');
  const jid = user.attrs['jid'] ?? (number === undefined ? null : phoneJid(number));
  if (jid === null) return null;
  const person = network.personOf(jid);
  const facts = protocols.flatMap((protocol) => factOf(network, protocol, person, jid) ?? []);
  if (person && protocols.includes('devices')) person.watchers.add(device.person);
  return node('user', { jid }, facts);
}

function factOf(network: Network, protocol: string, person: Person | null, jid: string): BinaryNode | null {
  switch (protocol) {
    case 'contact':
      return node('contact', { type: person ? 'in' : 'out' });
    case 'lid':
      return person && !jid.endsWith('@lid') ? node('lid', { val: person.jid('lid') }) : null;
    case 'devices':
      return node('devices', {}, [node('device-list', {}, person ? deviceNodes(network, person) : [])]);
    default:
      return null;
  }
}

/** Companions need a key index, or clients leave them out. */
function deviceNodes(network: Network, person: Person): BinaryNode[] {
  const ghosts = network.faults.take('ghost', person.phone, ({ of }) => of === 'companion') ? [GHOST_ID] : [];
  return [...person.devices.keys(), ...ghosts].map((id) =>
    node('device', id === 0 ? { id: '0' } : { id: String(id), 'key-index': String(id) }),
  );
}
