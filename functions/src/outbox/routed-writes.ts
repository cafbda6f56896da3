/** Says what routing an entry writes. Pure. */
import type { Message } from '@switchboard/contract/message';
import type { OutboxInput } from '@switchboard/contract/outbox';
import { bodyOf } from '@switchboard/contract/payload';
import { previewOf, type Thread } from '@switchboard/contract/thread';
import type { RoutedWrites, ThreadPart } from '../store/outbox.ts';
import type { Address } from './recipient.ts';

/** Where a checked entry goes. */
export interface Target {
  readonly threadId: string;
  readonly team: string;
  readonly thread:
    { readonly kind: 'known'; readonly current: ThreadPart } | { readonly kind: 'new'; readonly address: Address };
  /** The jid the entry named, if it does not point at the thread yet. */
  readonly newIdentityJid: string | null;
}

interface Entry {
  readonly requestId: string;
  readonly waMessageId: string;
  readonly input: OutboxInput;
  /** When it is to be sent, if that is not now. */
  readonly sendAt: OutboxInput['createdAt'] | null;
}

export function routedWrites(entry: Entry, target: Target): RoutedWrites {
  const { threadId, team, thread, newIdentityJid } = target;
  const recipientJid = thread.kind === 'known' ? thread.current.clientJid : thread.address.jid;
  return {
    waMessageId: entry.waMessageId,
    threadId,
    team,
    recipientJid,
    isFirstContact: isFirstContact(thread),
    sendAt: entry.sendAt,
    newIdentityJid,
    thread:
      thread.kind === 'known'
        ? { kind: 'known', fields: previewIfNewer(entry.input, thread.current) }
        : { kind: 'new', fields: newThread(entry.input, team, thread.address) },
    message: messageOf(entry, threadId, recipientJid),
  };
}

/** Nobody in a group is written to unasked: who is in it let us in. */
function isFirstContact(thread: Target['thread']): boolean {
  return thread.kind === 'known'
    ? thread.current.lastInboundAt === null && !thread.current.isGroup
    : !thread.address.isGroup;
}

type Preview = Pick<Thread, 'lastMessageAt' | 'lastMessageText' | 'lastMessageDirection'>;

function previewFields({ payload, createdAt }: OutboxInput): Preview {
  return { lastMessageAt: createdAt, lastMessageText: previewOf(bodyOf(payload)), lastMessageDirection: 'outbound' };
}

/** Entries are routed in any order: an older one must not push a newer message out of the list. */
function previewIfNewer(input: OutboxInput, thread: ThreadPart): Partial<Preview> {
  return input.createdAt.toMillis() >= thread.lastMessageAt.toMillis() ? previewFields(input) : {};
}

function newThread(input: OutboxInput, team: string, address: Address): Thread {
  return {
    accountId: input.accountId,
    team,
    clientJid: address.jid,
    phoneE164: address.phoneE164,
    lid: address.lid,
    displayName: address.phoneE164 ?? address.jid,
    isGroup: address.isGroup,
    ...previewFields(input),
    lastInboundAt: null,
    unreadCount: 0,
    assignedTo: null,
    tags: [],
    archived: false,
  };
}

/** The message takes the entry's own time, so that a thread shows messages in the order they were written. */
function messageOf({ input, requestId, waMessageId }: Entry, threadId: string, clientJid: string): Message {
  return {
    accountId: input.accountId,
    threadId,
    clientJid,
    direction: 'outbound',
    kind: input.payload.kind,
    body: bodyOf(input.payload),
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
