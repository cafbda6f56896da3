/**
 * Every page, once: its address, who may open it, and how it stands in the rail. A new page is a component in its feature's
 * folder and an entry here; it is loaded when it is first opened.
 */
import type { Role } from '@switchboard/contract/user';
import { Gauge, Inbox, MessageCircle, Settings, Smartphone, type LucideIcon } from 'lucide-react';
import { lazy, type ComponentType } from 'react';
import type { Shortcut } from '../lib/shortcuts.ts';

export interface Page {
  readonly id: 'chat' | 'inbox' | 'accounts' | 'dashboard' | 'settings';
  /** Where the rail leads. */
  readonly path: string;
  /** The path and all that is shown by one and the same page: going from thread to thread keeps the list as it is. */
  readonly route: string;
  readonly icon: LucideIcon;
  readonly roles: readonly Role[];
  readonly shortcut: Shortcut;
  readonly Component: ComponentType;
}

const ALL: readonly Role[] = ['admin', 'manager', 'agent'];
const MANAGEMENT: readonly Role[] = ['admin', 'manager'];

const ChatPage = lazy(() => import('../features/threads/chat-page.tsx').then((file) => ({ default: file.ChatPage })));
const InboxPage = lazy(() =>
  import('../features/threads/inbox-page.tsx').then((file) => ({ default: file.InboxPage })),
);
const AccountsPage = lazy(() =>
  import('../features/accounts/accounts-page.tsx').then((file) => ({ default: file.AccountsPage })),
);
const DashboardPage = lazy(() =>
  import('../features/dashboard/dashboard-page.tsx').then((file) => ({ default: file.DashboardPage })),
);
const SettingsPage = lazy(() =>
  import('../features/settings/settings-page.tsx').then((file) => ({ default: file.SettingsPage })),
);

export const PAGES: readonly Page[] = [
  {
    id: 'chat',
    path: '/chat',
    route: '/chat/:threadId?',
    icon: MessageCircle,
    roles: ALL,
    shortcut: 'goChat',
    Component: ChatPage,
  },
  {
    id: 'inbox',
    path: '/inbox',
    route: '/inbox/:threadId?',
    icon: Inbox,
    roles: MANAGEMENT,
    shortcut: 'goInbox',
    Component: InboxPage,
  },
  {
    id: 'accounts',
    path: '/accounts',
    route: '/accounts/:accountId?',
    icon: Smartphone,
    roles: ALL,
    shortcut: 'goAccounts',
    Component: AccountsPage,
  },
  {
    id: 'dashboard',
    path: '/dashboard',
    route: '/dashboard',
    icon: Gauge,
    roles: MANAGEMENT,
    shortcut: 'goDashboard',
    Component: DashboardPage,
  },
  {
    id: 'settings',
    path: '/settings',
    route: '/settings/:section?',
    icon: Settings,
    roles: ALL,
    shortcut: 'goSettings',
    Component: SettingsPage,
  },
];

export function pagesOf(role: Role): readonly Page[] {
  return PAGES.filter(({ roles }) => roles.includes(role));
}
