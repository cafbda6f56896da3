/** What a customer is called where nobody has named them: their number, spaced as people read it. Pure. */
import type { Thread } from '@switchboard/contract/thread';

/**
 * `+40712345678` → `+40 712 345 678`, `+12025550123` → `+1 202 555 0123`. Other countries are grouped by three from the end:
 * knowing how each does it takes a library as large as the thread view.
 */
export function spacedPhone(phoneE164: string): string {
  const digits = phoneE164.replace(/^\+/, '');
  if (!/^\d{8,15}$/.test(digits)) return phoneE164;
  const american = /^1(\d{3})(\d{3})(\d{4})$/.exec(digits);
  if (american) return `+1 ${american.slice(1).join(' ')}`;
  const groups: string[] = [];
  for (let rest = digits; rest !== ''; rest = rest.slice(0, -3)) groups.unshift(rest.slice(-3));
  return `+${groups.join(' ')}`;
}

export function displayNameOf({ displayName, phoneE164 }: Pick<Thread, 'displayName' | 'phoneE164'>): string {
  return displayName === phoneE164 ? spacedPhone(displayName) : displayName;
}
