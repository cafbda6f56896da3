/** One search over names, numbers and texts. Asked once per query, not followed: results that move under one's hand help nobody. */
import { messageSchema, type Message } from '@switchboard/contract/message';
import { threadSchema, type Thread } from '@switchboard/contract/thread';
import { microsOf } from '@switchboard/contract/timestamp';
import { getDocs, type Firestore, type Query } from 'firebase/firestore';
import type { Schema } from '../schema.ts';
import { parseStored, type Stored } from './live.ts';
import { foundMessagesQuery, foundThreadsQuery } from './queries.ts';

export interface Found {
  readonly threads: readonly Stored<Thread>[];
  readonly messages: readonly Stored<Message>[];
}

export const NOTHING_FOUND: Found = { threads: [], messages: [] };

async function read<T extends object>(query: Query, schema: Schema<T>): Promise<readonly Stored<T>[]> {
  const { docs } = await getDocs(query);
  return docs.map((one) => parseStored(schema, one.id, one.data())).filter((one) => one !== null);
}

/**
 * @param teams the teams to look in: a search names its team, also an admin's.
 * @throws when there is no connection and nothing in the cache, or the rules refuse it.
 */
export async function search(db: Firestore, teams: readonly string[], words: string): Promise<Found> {
  // Reading numbers takes a library as large as the thread view; it comes with the first search.
  const { matchesSearch, searchTokenOf, threadSearchTokenOf } = await import('@switchboard/contract/search');
  const threadToken = threadSearchTokenOf(words);
  const textToken = searchTokenOf(words);
  const [threads, messages] = await Promise.all([
    threadToken === null
      ? []
      : Promise.all(teams.map((team) => read(foundThreadsQuery(db, team, threadToken), threadSchema))),
    textToken === null
      ? []
      : Promise.all(teams.map((team) => read(foundMessagesQuery(db, team, textToken), messageSchema))),
  ]);
  const isNumber = /^[+\d\s().-]+$/.test(words.trim());
  return {
    threads: threads
      .flat()
      .filter(({ displayName }) => isNumber || matchesSearch(words, displayName))
      .sort((a, b) => microsOf(b.lastMessageAt) - microsOf(a.lastMessageAt)),
    messages: messages
      .flat()
      .filter(({ body }) => matchesSearch(words, body))
      .sort((a, b) => microsOf(b.createdAt) - microsOf(a.createdAt)),
  };
}
