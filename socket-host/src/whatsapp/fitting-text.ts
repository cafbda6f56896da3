/** Keeps what a sender wrote within what is stored of it. WhatsApp's own apps stay far below; others do not have to. Pure. */
import { MAX_TEXT_LENGTH } from '@switchboard/contract/payload';

/** The longest emoji, families of several skin tones, take about half of it, UTF-16 code units. */
const MAX_EMOJI_LENGTH = 64;
/** WhatsApp takes no name longer than 25 characters. */
const MAX_NAME_LENGTH = 128;

/** Ends with an ellipsis where it was cut. Half a character at its end would be no text that Firestore takes. */
function cut(text: string, maxLength: number): string {
  const whole = text.length <= maxLength;
  const kept = whole ? text : `${text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
  return kept.toWellFormed();
}

export function fittingText(text: string): string {
  return cut(text, MAX_TEXT_LENGTH);
}

export function fittingEmoji(emoji: string): string {
  return cut(emoji, MAX_EMOJI_LENGTH);
}

export function fittingName(name: string): string {
  return cut(name, MAX_NAME_LENGTH);
}
