/**
 * The messages of a thread that are in memory: the live newest ones and the older pages read so far, joined into one list. Pure.
 *
 * The live window slides: what it drops because newer ones came stays here. Should it come back so far ahead that nothing joins
 * it to what is here, the older part is given up rather than shown with a hole.
 */
import type { Message } from '@switchboard/contract/message';
import { microsOf } from '@switchboard/contract/timestamp';
import type { Stored } from '../../../lib/firestore/live.ts';

export interface MessagePages {
  readonly threadId: string;
  /** Oldest first. */
  readonly messages: readonly Stored<Message>[];
  /** Nothing is older than the first. */
  readonly isComplete: boolean;
}

export function noPages(threadId: string): MessagePages {
  return { threadId, messages: [], isComplete: false };
}

function inOrder(messages: Iterable<Stored<Message>>): readonly Stored<Message>[] {
  return [...messages].sort(
    (a, b) => microsOf(a.createdAt) - microsOf(b.createdAt) || (a.id < b.id ? -1 : Number(a.id > b.id)),
  );
}

function joined(known: readonly Stored<Message>[], newer: readonly Stored<Message>[]): readonly Stored<Message>[] {
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of newer) byId.set(message.id, message);
  return inOrder(byId.values());
}

/** @param isWhole the window holds everything there is. */
export function withNewest(pages: MessagePages, newest: readonly Stored<Message>[], isWhole: boolean): MessagePages {
  const ids = new Set(pages.messages.map(({ id }) => id));
  const joins = pages.messages.length === 0 || newest.some(({ id }) => ids.has(id));
  if (!joins && !isWhole) return { ...pages, messages: inOrder(newest), isComplete: false };
  return { ...pages, messages: joined(pages.messages, newest), isComplete: pages.isComplete || isWhole };
}

/** @param isLast the thread begins with this page. */
export function withOlder(pages: MessagePages, older: readonly Stored<Message>[], isLast: boolean): MessagePages {
  // What is here is fresher than what was read for a page.
  return { ...pages, messages: joined(older, pages.messages), isComplete: pages.isComplete || isLast };
}

/** Messages again, after they changed outside of the live window. What is not in memory stays out of it. */
export function withChanged(pages: MessagePages, changed: readonly Stored<Message>[]): MessagePages {
  const ids = new Set(pages.messages.map(({ id }) => id));
  const known = changed.filter(({ id }) => ids.has(id));
  return known.length === 0 ? pages : { ...pages, messages: joined(pages.messages, known) };
}
