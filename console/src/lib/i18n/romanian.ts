/** All Romanian words. Loaded only where they are read. */
import type { ENGLISH } from './english.ts';
import { accounts } from './ro/accounts.ts';
import { dashboard } from './ro/dashboard.ts';
import { refusals } from './ro/refusals.ts';
import { settings } from './ro/settings.ts';
import { shell } from './ro/shell.ts';
import { signIn } from './ro/sign-in.ts';
import { threads } from './ro/threads.ts';
import { ui } from './ro/ui.ts';
import type { Translated } from './translated.ts';

export const ROMANIAN: Translated<typeof ENGLISH> = {
  ui,
  shell,
  signIn,
  threads,
  accounts,
  dashboard,
  settings,
  refusals,
};
