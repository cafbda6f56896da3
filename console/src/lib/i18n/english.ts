/** All English words, a part per feature: a page adds its own file under en/ and ro/ and a line here and in romanian.ts. */
import { accounts } from './en/accounts.ts';
import { dashboard } from './en/dashboard.ts';
import { refusals } from './en/refusals.ts';
import { settings } from './en/settings.ts';
import { shell } from './en/shell.ts';
import { signIn } from './en/sign-in.ts';
import { threads } from './en/threads.ts';
import { ui } from './en/ui.ts';

export const ENGLISH = { ui, shell, signIn, threads, accounts, dashboard, settings, refusals } as const;
