/** A text in the parts WhatsApp shows it in. Pure. */

export interface TextPart {
  readonly kind: 'plain' | 'link' | 'bold' | 'italic' | 'struck' | 'code';
  readonly text: string;
}

/** A link is http(s) only: anything else a customer sends stays text. A mark holds within a line and touches its words. */
const PATTERN =
  /(?<link>https?:\/\/[^\s<>"]+)|(?<![\p{L}\p{N}])(?:\*(?<bold>\S|\S[^*\n]*\S)\*|_(?<italic>\S|\S[^_\n]*\S)_|~(?<struck>\S|\S[^~\n]*\S)~|`(?<code>[^`\n]+)`)(?![\p{L}\p{N}])/gu;

const KINDS = ['link', 'bold', 'italic', 'struck', 'code'] as const;

/** Texts longer than this are shown as they are: marks in a novel are not worth the time of finding them. */
const MAX_LENGTH = 8_000;

/** What ends a sentence belongs to the sentence, not to the address before it. */
function withoutTail(link: string): string {
  return link.replace(/[.,;:!?'")\]]+$/, '');
}

export function textParts(text: string): readonly TextPart[] {
  if (text.length > MAX_LENGTH) return [{ kind: 'plain', text }];
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(PATTERN)) {
    const kind = KINDS.find((one) => match.groups?.[one] !== undefined);
    const found = kind && match.groups?.[kind];
    if (kind === undefined || found === undefined) continue;
    const inside = kind === 'link' ? withoutTail(found) : found;
    if (match.index > at) parts.push({ kind: 'plain', text: text.slice(at, match.index) });
    parts.push({ kind, text: inside });
    at = match.index + (kind === 'link' ? inside.length : match[0].length);
  }
  if (at < text.length) parts.push({ kind: 'plain', text: text.slice(at) });
  return parts;
}

/** A text without its marks, for where it is only mentioned. */
export function unmarked(text: string): string {
  return textParts(text)
    .map((part) => part.text)
    .join('');
}
