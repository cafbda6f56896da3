/** The story of one message, for whoever has to find out what went wrong: its documents, the phones' view, what hosts logged of it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { paths } from '@switchboard/contract/paths';
import { stateFolder } from '../../scripts/lib/repo.ts';
import type { Written } from './conversations.ts';
import type { Fault } from './outcome.ts';
import { simulator } from './simulator-client.ts';
import { adminFirestore, stack } from './stack.ts';

const MAX_TOLD = 4;
/** How the names of the hosts begin whose logs are told. */
export const HOST_LOGS = 'killed-';

function logLines(words: readonly string[]): string[] {
  const folder = stateFolder('logs', stack.logs());
  return readdirSync(folder)
    .filter((file) => file.startsWith(HOST_LOGS))
    .flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split('\n'))
    .filter((line) => words.some((word) => line.includes(word)))
    .sort((a, b) => timeOf(a).localeCompare(timeOf(b)));
}

function timeOf(line: string): string {
  return /"time":"([^"]*)"/.exec(line)?.[1] ?? '';
}

async function storyOf(message: Written): Promise<string> {
  const db = adminFirestore();
  const { waMessageId, conversation } = message;
  const requestId = message.direction === 'out' ? message.requestId : null;
  const outbox = requestId === null ? null : (await db.doc(paths.outbox(requestId)).get()).data();
  const { docs } = await db.collectionGroup('messages').where('waMessageId', '==', waMessageId).get();
  const own = ({ id }: { readonly id: string }): boolean => id === waMessageId;
  const told = {
    message: { direction: message.direction, text: message.text, requestId, waMessageId, ...conversation },
    outbox,
    documents: docs.map((snapshot) => ({ path: snapshot.ref.path, ...snapshot.data() })),
    customerShows: (await simulator.messages(conversation.customer)).filter(own),
    ownPhoneShows: (await simulator.messages(conversation.phone)).filter(own),
  };
  const lines = logLines([waMessageId, ...(requestId === null ? [] : [requestId])]);
  return [inspect(told, { depth: 6, breakLength: 140 }), ...lines].join('\n');
}

/** Every fault in a line, and the whole story of the first messages concerned. */
export async function tellFaults(faults: readonly Fault[]): Promise<string> {
  const lines = faults.map(({ what, message }) => (message ? `${message.direction} "${message.text}" ${what}` : what));
  const messages = [...new Set(faults.flatMap(({ message }) => message ?? []))].slice(0, MAX_TOLD);
  return [...lines, ...(await Promise.all(messages.map(storyOf)))].join('\n');
}
