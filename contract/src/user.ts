/** Who may sign in and what they may see. The role itself is a custom claim; `users/{uid}` mirrors it for lists. */
import * as z from 'zod/mini';
import { nullIfMissing } from './shapes.ts';
import { timestampSchema } from './timestamp.ts';

/**
 * admin: everything · manager: accounts, bulk sends and quick replies of their teams, and what agents may · agent: threads of their
 * teams.
 */
export const ROLES = ['admin', 'manager', 'agent'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

export const DEFAULT_TEAM = 'main';
export const teamSchema = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits or "-"'));

/** Custom claims are limited to 1,000 bytes. */
export const MAX_TEAMS = 20;

/** The custom claims of a staff member. */
export const claimsSchema = z.object({ role: roleSchema, teams: z.array(teamSchema).check(z.maxLength(MAX_TEAMS)) });
export type Claims = z.infer<typeof claimsSchema>;

/** `users/{uid}`, written by functions. */
export const userSchema = z.object({
  email: z.nullable(z.string()),
  displayName: nullIfMissing(z.string()),
  /** May not sign in; keeps role and teams for the day they may again. */
  disabled: z._default(z.boolean(), false),
  role: roleSchema,
  teams: z.array(teamSchema),
  updatedAt: timestampSchema,
  updatedBy: z.string(),
});

/** Whether someone with these claims sees what belongs to `team`. Admins see all. */
export function canSeeTeam(claims: Claims, team: string): boolean {
  return claims.role === 'admin' || claims.teams.includes(team);
}
