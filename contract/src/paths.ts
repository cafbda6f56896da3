/** Where each document lives. Firestore paths are written here and nowhere else. */

export const COLLECTIONS = {
  accounts: 'accounts',
  accountRequests: 'accountRequests',
  auditLog: 'auditLog',
  bulkSends: 'bulkSends',
  hosts: 'hosts',
  identities: 'identities',
  incidents: 'incidents',
  leases: 'leases',
  optOuts: 'optOuts',
  outbox: 'outbox',
  quickReplies: 'quickReplies',
  sessions: 'wa_sessions',
  system: 'system',
  threads: 'threads',
  users: 'users',
} as const;

export const paths = {
  account: (accountId: string) => `accounts/${accountId}`,
  linking: (accountId: string) => `accounts/${accountId}/private/linking`,
  accountRequest: (requestId: string) => `accountRequests/${requestId}`,
  audit: (auditId: string) => `auditLog/${auditId}`,
  bulkSend: (bulkId: string) => `bulkSends/${bulkId}`,
  bulkRecipients: (bulkId: string) => `bulkSends/${bulkId}/recipients`,
  bulkRecipient: (bulkId: string, recipientId: string) => `bulkSends/${bulkId}/recipients/${recipientId}`,
  host: (hostId: string) => `hosts/${hostId}`,
  identity: (identityId: string) => `identities/${identityId}`,
  incident: (incidentId: string) => `incidents/${incidentId}`,
  lease: (accountId: string) => `leases/${accountId}`,
  optOut: (optOutId: string) => `optOuts/${optOutId}`,
  outbox: (requestId: string) => `outbox/${requestId}`,
  session: (accountId: string) => `wa_sessions/${accountId}`,
  sessionKeys: (accountId: string) => `wa_sessions/${accountId}/keys`,
  thread: (threadId: string) => `threads/${threadId}`,
  messages: (threadId: string) => `threads/${threadId}/messages`,
  message: (threadId: string, messageId: string) => `threads/${threadId}/messages/${messageId}`,
  /** Who of the staff is typing in a thread. */
  typing: (threadId: string) => `threads/${threadId}/typing`,
  typingOf: (threadId: string, uid: string) => `threads/${threadId}/typing/${uid}`,
  /** A change of a message that has not come yet. Hosts only. */
  earlyChange: (threadId: string, changeId: string) => `threads/${threadId}/earlyChanges/${changeId}`,
  earlyChanges: (threadId: string) => `threads/${threadId}/earlyChanges`,
  /** The last WhatsApp Web version that was learned, shared by all hosts. Hosts only. */
  whatsappVersion: 'system/whatsappVersion',
  user: (uid: string) => `users/${uid}`,
} as const;
