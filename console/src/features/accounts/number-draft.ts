/** A number as it is being added: what is typed, and what is wrong with it. Pure. */
import { parsePhone } from '@switchboard/contract/phone';
import { teamSchema } from '@switchboard/contract/user';
import type { CountryCode } from './phone-words.ts';

export interface NumberDraft {
  readonly name: string;
  readonly phone: string;
  readonly team: string;
}

export type NumberFault = 'noPhone' | 'badPhone' | 'noName' | 'badTeam';

export interface CheckedNumber {
  readonly phoneE164: string | null;
  readonly faults: readonly NumberFault[];
}

/** @param country the country a number without `+` is dialled in. */
export function checkNumber({ name, phone, team }: NumberDraft, country: CountryCode): CheckedNumber {
  const phoneE164 = parsePhone(phone, country);
  const faults: NumberFault[] = [];
  if (phone.trim() === '') faults.push('noPhone');
  else if (phoneE164 === null) faults.push('badPhone');
  if (name.trim() === '') faults.push('noName');
  if (!teamSchema.safeParse(team.trim()).success) faults.push('badTeam');
  return { phoneE164, faults };
}
