/** Where each document lives. Firestore paths are written here and nowhere else. */

export const COLLECTIONS = {
  accounts: 'accounts',
  accountRequests: 'accountRequests',
  hosts: 'hosts',
  identities: 'identities',
  incidents: 'incidents',
  leases: 'leases',
  outbox: 'outbox',
  sessions: 'wa_sessions',
  threads: 'threads',
  users: 'users',
} as const;

export const paths = {
  account: (accountId: string) => `accounts/${accountId}`,
  linking: (accountId: string) => `accounts/${accountId}/private/linking`,
  accountRequest: (requestId: string) => `accountRequests/${requestId}`,
  host: (hostId: string) => `hosts/${hostId}`,
  identity: (identityId: string) => `identities/${identityId}`,
  incident: (incidentId: string) => `incidents/${incidentId}`,
  lease: (accountId: string) => `leases/${accountId}`,
  outbox: (requestId: string) => `outbox/${requestId}`,
  session: (accountId: string) => `wa_sessions/${accountId}`,
  sessionKeys: (accountId: string) => `wa_sessions/${accountId}/keys`,
  thread: (threadId: string) => `threads/${threadId}`,
  messages: (threadId: string) => `threads/${threadId}/messages`,
  message: (threadId: string, messageId: string) => `threads/${threadId}/messages/${messageId}`,
  user: (uid: string) => `users/${uid}`,
} as const;
