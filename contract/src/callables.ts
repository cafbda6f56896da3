/** Inputs and outputs of the callable functions. */
import { z } from 'zod';
import { roleSchema, teamSchema } from './user.ts';

/** `setUserRole`: gives a staff member a role, or takes it away with `role: null`. One of `uid` and `email` names them. */
export const setUserRoleInputSchema = z
  .strictObject({
    uid: z.string().min(1).max(128).optional(),
    email: z.email().optional(),
    role: roleSchema.nullable(),
    teams: z.array(teamSchema).min(1).max(20).optional(),
  })
  .refine((input) => (input.uid === undefined) !== (input.email === undefined), {
    path: ['uid'],
    message: 'exactly one of uid and email is needed',
  });
export type SetUserRoleInput = z.infer<typeof setUserRoleInputSchema>;

export const setUserRoleOutputSchema = z.object({
  uid: z.string(),
  role: roleSchema.nullable(),
  teams: z.array(teamSchema),
});
export type SetUserRoleOutput = z.infer<typeof setUserRoleOutputSchema>;
