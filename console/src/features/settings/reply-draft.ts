/** What a quick reply needs. Pure; the rules say the same and have the last word. */
export const MOST_REPLY_TITLE = 80;
export const MOST_REPLY_TEXT = 4_000;

type ReplyFault = 'missing' | 'tooLong';
export type ReplyFaults = Partial<Record<'title' | 'text', ReplyFault>>;

function faultOf(text: string, max: number): ReplyFault | null {
  if (text.trim() === '') return 'missing';
  return text.length > max ? 'tooLong' : null;
}

export function checkReply(draft: { readonly title: string; readonly text: string }): ReplyFaults {
  const title = faultOf(draft.title, MOST_REPLY_TITLE);
  const text = faultOf(draft.text, MOST_REPLY_TEXT);
  return { ...(title === null ? {} : { title }), ...(text === null ? {} : { text }) };
}
