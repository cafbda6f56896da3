/** Says what routing an entry writes. Pure. */
import type { Message, PendingChange, Quoted } from '@switchboard/contract/message';
import type { OutboxInput } from '@switchboard/contract/outbox';
import { bodyOf, isChange, type Change, type Payload } from '@switchboard/contract/payload';
import { searchTokensOf, threadSearchTokensOf } from '@switchboard/contract/search';
import type { Target } from '@switchboard/contract/target';
import { previewOf, type Thread } from '@switchboard/contract/thread';
import type { RoutedWrites, ThreadPart } from '../store/outbox.ts';
import type { Address } from './recipient.ts';

/** Where a checked entry goes. */
export interface Destination {
  readonly threadId: string;
  readonly team: string;
  readonly thread:
    { readonly kind: 'known'; readonly current: ThreadPart } | { readonly kind: 'new'; readonly address: Address };
  /** The jid the entry named, if it does not point at the thread yet. */
  readonly newIdentityJid: string | null;
  /** The message the entry answers or changes. */
  readonly about: Target | null;
}

interface Entry {
  readonly requestId: string;
  readonly waMessageId: string;
  readonly input: OutboxInput;
  /** When it is to be sent, if that is not now. */
  readonly sendAt: OutboxInput['createdAt'] | null;
}

export function routedWrites(entry: Entry, destination: Destination): RoutedWrites {
  const { threadId, team, thread, newIdentityJid, about } = destination;
  const recipientJid = thread.kind === 'known' ? thread.current.clientJid : thread.address.jid;
  const { payload } = entry.input;
  return {
    waMessageId: entry.waMessageId,
    threadId,
    team,
    recipientJid,
    isFirstContact: !isChange(payload) && isFirstContact(thread),
    target: about,
    sendAt: entry.sendAt,
    newIdentityJid,
    thread:
      thread.kind === 'known'
        ? { kind: 'known', fields: isChange(payload) ? {} : previewIfNewer(entry, thread.current) }
        : { kind: 'new', fields: newThread(entry, team, thread.address) },
    message: isChange(payload)
      ? { kind: 'changed', messageId: payload.targetId, pendingChange: pendingOf(entry, payload) }
      : { kind: 'new', fields: messageOf(entry, payload, destination, recipientJid) },
  };
}

/** Nobody in a group is written to unasked: who is in it let us in. */
function isFirstContact(thread: Destination['thread']): boolean {
  return thread.kind === 'known'
    ? thread.current.lastInboundAt === null && !thread.current.isGroup
    : !thread.address.isGroup;
}

type Preview = Pick<Thread, 'lastMessageAt' | 'lastMessageText' | 'lastMessageDirection' | 'lastMessageId'>;

function previewFields({ input: { payload, createdAt }, waMessageId }: Entry): Preview {
  return {
    lastMessageAt: createdAt,
    lastMessageText: previewOf(bodyOf(payload)),
    lastMessageDirection: 'outbound',
    lastMessageId: waMessageId,
  };
}

/** Entries are routed in any order: an older one must not push a newer message out of the list. */
function previewIfNewer(entry: Entry, thread: ThreadPart): Partial<Preview> {
  return entry.input.createdAt.toMillis() >= thread.lastMessageAt.toMillis() ? previewFields(entry) : {};
}

function newThread(entry: Entry, team: string, address: Address): Thread {
  const { phoneE164 } = address;
  const displayName = phoneE164 ?? address.jid;
  return {
    accountId: entry.input.accountId,
    team,
    clientJid: address.jid,
    phoneE164,
    lid: address.lid,
    displayName,
    isGroup: address.isGroup,
    ...previewFields(entry),
    lastInboundAt: null,
    unreadCount: 0,
    assignedTo: null,
    tags: [],
    archived: false,
    searchTokens: threadSearchTokensOf({ displayName, phoneE164 }),
  };
}

/** What staff see of a change until WhatsApp has taken it. */
function pendingOf({ requestId, input }: Entry, change: Change): PendingChange {
  return {
    kind: change.kind,
    outboxId: requestId,
    at: input.createdAt,
    emoji: change.kind === 'reaction' ? change.emoji : null,
    text: change.kind === 'edit' ? change.text : null,
    error: null,
  };
}

function withoutTime({ id, direction, senderJid, kind, body }: Target): Quoted {
  return { id, direction, senderJid, kind, body };
}

/** The message takes the entry's own time, so that a thread shows messages in the order they were written. */
function messageOf(
  { input, requestId, waMessageId }: Entry,
  payload: Exclude<Payload, Change>,
  { threadId, team, about }: Destination,
  clientJid: string,
): Message {
  const body = bodyOf(payload);
  return {
    accountId: input.accountId,
    team,
    threadId,
    clientJid,
    direction: 'outbound',
    kind: payload.kind,
    body,
    searchTokens: searchTokensOf(body),
    quotedId: about?.id ?? null,
    quoted: about && withoutTime(about),
    reactions: {},
    reactionsTakenBack: {},
    editedAt: null,
    deletedAt: null,
    pendingChange: null,
    status: 'queued',
    error: null,
    waMessageId,
    outboxId: requestId,
    senderJid: null,
    senderName: null,
    tsClient: input.createdAt,
    tsServer: null,
    createdAt: input.createdAt,
    createdBy: input.createdBy,
  };
}
