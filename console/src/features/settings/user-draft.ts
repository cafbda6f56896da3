/** A colleague as they are being added or changed: what is wrong with what was typed. Pure. */
import { createUserInputSchema } from '@switchboard/contract/callables';
import { teamSchema } from '@switchboard/contract/user';

export interface UserDraft {
  readonly name: string;
  readonly email: string;
  readonly teams: string;
  readonly password: string;
}

export type UserFault = 'missing' | 'badEmail' | 'badTeams' | 'badPassword';

const MOST_TEAMS = 20;

/** `Sales, main` → their ids; `null` when one of them cannot be a team. */
export function readTeams(text: string): readonly string[] | null {
  const teams = [
    ...new Set(
      text
        .toLowerCase()
        .split(/[\s,;]+/)
        .filter((team) => team !== ''),
    ),
  ];
  const isRight =
    teams.length > 0 && teams.length <= MOST_TEAMS && teams.every((team) => teamSchema.safeParse(team).success);
  return isRight ? teams : null;
}

export function checkUser({ name, email, teams, password }: UserDraft): Partial<Record<keyof UserDraft, UserFault>> {
  const { shape } = createUserInputSchema;
  return {
    ...(name.trim() === '' ? { name: 'missing' as const } : {}),
    ...(shape.email.safeParse(email.trim()).success ? {} : { email: 'badEmail' as const }),
    ...(readTeams(teams) === null ? { teams: 'badTeams' as const } : {}),
    ...(password === '' || shape.password.safeParse(password).success ? {} : { password: 'badPassword' as const }),
  };
}
