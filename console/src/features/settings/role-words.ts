/** Where the words for a role are. */
export const ROLE_WORDS = {
  admin: 'shell.roleAdmin',
  manager: 'shell.roleManager',
  agent: 'shell.roleAgent',
} as const;
