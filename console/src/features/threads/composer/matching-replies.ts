/** Which quick replies a beginning of `/…` means. Pure. */
import type { QuickReply } from '../../../lib/firestore/quick-replies.ts';

const MAX = 8;

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
}

/** What is asked for by a draft that is `/` and at most a few words; `null` while it is an ordinary text. */
export function replyQueryOf(draft: string): string | null {
  const match = /^\/([^\n]{0,40})$/.exec(draft);
  return match ? (match[1] ?? '') : null;
}

/** Those whose title begins so first, then those that have it anywhere. */
export function matchingReplies<T extends QuickReply>(replies: readonly T[], query: string): readonly T[] {
  const wanted = plain(query.trim());
  const begins = replies.filter(({ title }) => plain(title).startsWith(wanted));
  const has = replies.filter(
    (reply) => !begins.includes(reply) && plain(`${reply.title} ${reply.text}`).includes(wanted),
  );
  return [...begins, ...has].slice(0, MAX);
}
