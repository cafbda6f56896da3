/**
 * Finds out where a message has to go: whether the person is on WhatsApp, by which of their spellings, and to which devices.
 * All of it happens before anything is sent, so a failure here is certain: the library itself, left without an answer to these
 * questions, sends a message to nobody and reports success.
 */
import { bareJid, parseJid } from '@switchboard/contract/jid';
import { jidDecode, type GroupMetadata, type SignalKeyStore, type WASocket } from '@whiskeysockets/baileys';
import { UNREGISTERED_TTL_MS, type AccountMemory } from './account-memory.ts';
import { mappedUser, otherSpellingIn, type SessionPort } from './auth-state.ts';
import { openSessions } from './keyless-devices.ts';
import type { SendOutcome } from './types.ts';

export interface RecipientDependencies {
  readonly sock: WASocket;
  readonly session: SessionPort;
  readonly keys: SignalKeyStore;
  readonly memory: AccountMemory;
}

/** WhatsApp's own servers, where a business has them keep its messages: the library gives them no key of a group. */
const HOSTED_DEVICE = 99;

type NotSent = Extract<SendOutcome, { kind: 'not-sent' }>;
export type Resolved = { readonly kind: 'jid'; readonly jid: string } | NotSent;

export function notSent(reason: NotSent['reason'], detail: string): NotSent {
  return { kind: 'not-sent', reason, detail };
}

/**
 * The spelling to send to: a person's LID where it can be known, since WhatsApp refuses numbers of people who moved to LIDs.
 *
 * @throws when WhatsApp does not tell whether a number is registered.
 */
export async function resolveRecipient(dependencies: RecipientDependencies, recipientJid: string): Promise<Resolved> {
  const { sock, session } = dependencies;
  const jid = parseJid(recipientJid);
  switch (jid?.kind) {
    case 'group':
    case 'lid':
      return { kind: 'jid', jid: recipientJid };
    case 'pn': {
      const known = mappedUser(session, jid.user, 'pn');
      if (known !== null) return { kind: 'jid', jid: `${known}@lid` };
      const refusal = await refusalOfNumber(dependencies, recipientJid);
      if (refusal) return refusal;
      const lid = await sock.signalRepository.lidMapping.getLIDForPN(recipientJid);
      return { kind: 'jid', jid: lid ?? recipientJid };
    }
    default:
      return notSent('not-encrypted', 'not an address that can be written to');
  }
}

/**
 * Messages to numbers without WhatsApp are counted against the sender, so a number is looked up before its first message.
 *
 * @throws when WhatsApp does not tell.
 */
async function refusalOfNumber({ sock, memory }: RecipientDependencies, pnJid: string): Promise<NotSent | null> {
  const cached = memory.registered.get(pnJid);
  const found = cached ?? (await sock.onWhatsApp(pnJid))?.some(({ exists }) => exists);
  if (found === undefined) throw new Error('WhatsApp did not answer whether the number is registered');
  if (cached === undefined) memory.registered.set(pnJid, found, found ? {} : { ttl: UNREGISTERED_TTL_MS });
  return found ? null : notSent('not-on-whatsapp', 'the number has no WhatsApp');
}

function userOf(jid: string): string | null {
  return jidDecode(jid)?.user ?? null;
}

/** Our own jid, bare, in the spelling a conversation with `jid` uses. */
function ownJidFor({ sock }: RecipientDependencies, jid: string): string | null {
  const { id, lid } = sock.user ?? {};
  return bareJid((jid.endsWith('@lid') ? lid : undefined) ?? id ?? '');
}

/** Makes sure of sessions with these devices, as far as WhatsApp has keys for them. */
function openSessionsWith({ sock, memory, session }: RecipientDependencies, devices: readonly string[]): Promise<void> {
  return openSessions(sock, { memory, otherSpelling: (jid) => otherSpellingIn(session, jid) }, devices);
}

async function hasSessionWithAny({ sock }: RecipientDependencies, devices: readonly string[]): Promise<boolean> {
  for (const device of devices) if ((await sock.signalRepository.validateSession(device)).exists) return true;
  return false;
}

/** Makes sure of sessions with the devices of the recipient, one at least, and with our own. @returns what stands in the way. */
async function prepareDevices(dependencies: RecipientDependencies, jid: string): Promise<NotSent | null> {
  const { sock } = dependencies;
  const ownJid = ownJidFor(dependencies, jid);
  if (ownJid === null) return notSent('not-connected', 'the account is not linked');
  const devices = await sock.getUSyncDevices([ownJid, jid], true, false);
  const theirs = devices.filter(({ user }) => user === userOf(jid)).map((device) => device.jid);
  if (theirs.length === 0) {
    await forgetDevices(dependencies, jid);
    return notSent('not-encrypted', 'WhatsApp names no device of the recipient');
  }
  const ourselves = [sock.user?.id, sock.user?.lid];
  const others = devices.map((device) => device.jid).filter((device) => !ourselves.includes(device));
  await openSessionsWith(dependencies, others);
  if (await hasSessionWithAny(dependencies, theirs)) return null;
  await forgetDevices(dependencies, jid);
  return notSent('not-encrypted', 'WhatsApp has keys for no device of the recipient');
}

/** Prepares for a message to a person. @returns where to send it, or what stands in the way. */
export async function preparePerson(dependencies: RecipientDependencies, jid: string): Promise<Resolved> {
  const refusal = await prepareDevices(dependencies, jid);
  if (refusal) return refusal;
  // No answer to the question for a LID looks like there being none; the answer about the devices may have told it meanwhile.
  const lid = parseJid(jid)?.kind === 'pn' ? otherSpellingIn(dependencies.session, jid) : null;
  return lid === null ? { kind: 'jid', jid } : preparePerson(dependencies, lid);
}

/** Learns who is in a group. @throws when WhatsApp does not tell. */
export async function groupOf({ sock, memory }: RecipientDependencies, jid: string): Promise<GroupMetadata> {
  const known = memory.groups.get(jid);
  const group = known ?? (await sock.groupMetadata(jid));
  if (!known) memory.groups.set(jid, group);
  return group;
}

/**
 * Learns who is in a group, and makes sure of sessions with the devices that have yet to get the group's key. The library would do so
 * itself, and does not survive a refusal. @throws when WhatsApp does not tell.
 */
export async function prepareGroup(dependencies: RecipientDependencies, jid: string): Promise<void> {
  const { sock, keys } = dependencies;
  const group = await groupOf(dependencies, jid);
  const members = group.participants.map(({ id }) => id);
  const prepare = async (): Promise<void> => {
    const devices = await sock.getUSyncDevices(members, true, false);
    const { [jid]: hasKey = {} } = await keys.get('sender-key-memory', [jid]);
    const left = devices.filter((device) => !hasKey[device.jid] && device.device !== HOSTED_DEVICE);
    await openSessionsWith(
      dependencies,
      left.map((device) => device.jid),
    );
  };
  // As in a send of the library's own: one commit for all of them, where each would have one.
  await sock.authState.keys.transaction(prepare, sock.authState.creds.me?.id ?? jid);
}

/** How many others are in a group, as far as it is known; `null` for a person. */
export function membersIn({ sock, memory }: RecipientDependencies, jid: string): number | null {
  const group = memory.groups.get(jid);
  if (!group) return null;
  const ourselves = [sock.user?.id, sock.user?.lid].map((own) => bareJid(own ?? '')).filter((own) => own !== null);
  const isOurs = (spelling: string | undefined): boolean => ourselves.includes(bareJid(spelling ?? '') ?? '');
  return group.participants.filter(({ id, lid, phoneNumber }) => ![id, lid, phoneNumber].some(isOurs)).length;
}

/** Forgets which devices a person has: the next send asks again. */
export async function forgetDevices({ memory }: Pick<RecipientDependencies, 'memory'>, jid: string): Promise<void> {
  const user = userOf(jid);
  if (user !== null) await memory.devices.del(user);
}
