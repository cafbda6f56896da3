/**
 * What the demo data's shops have besides their threads (`demo-data.ts`): more numbers in every state, hosts at work, colleagues,
 * incidents, a log of who did what. For pictures of the console; no host takes part.
 */
import { accountSchema, statusReasonOf, type Account } from '@switchboard/contract/account';
import type { AuditAction } from '@switchboard/contract/audit';
import { accountIdOf, incidentIdOf } from '@switchboard/contract/ids';
import { describeIncident, type IncidentType } from '@switchboard/contract/incident';
import { RATE_MINUTES, type MinuteRate } from '@switchboard/contract/lease';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import { FieldValue, Timestamp, type Firestore } from 'firebase-admin/firestore';
import { ACCOUNTS as SHOPS } from './demo-conversations.ts';
import { seeded } from './seeded.ts';

const MINUTE = 60_000;
const HOSTS = ['host-europe-west3-a', 'host-europe-west3-b'] as const;

const ago = (minutes: number): Timestamp => Timestamp.fromMillis(Date.now() - minutes * MINUTE);

interface SampleAccount {
  readonly name: string;
  readonly phone: string;
  readonly status: Account['status'];
  readonly reason?: Parameters<typeof statusReasonOf>[0];
  readonly host: string | null;
}

const ACCOUNTS = {
  salon: { ...SHOPS.salon, status: 'connected', host: HOSTS[0] },
  clinic: { ...SHOPS.clinic, status: 'connected', host: HOSTS[1] },
  flowers: { ...SHOPS.flowers, status: 'reconnecting', reason: 'connection_lost', host: HOSTS[1] },
  garage: { name: 'Garage Turzii', phone: '+40721550103', status: 'connected', host: HOSTS[0] },
  bakery: { name: 'Brutăria Iris', phone: '+40721550105', status: 'qr_ready', host: HOSTS[1] },
  events: { name: 'Events desk', phone: '+40721550106', status: 'logged_out', reason: 'logged_out', host: HOSTS[0] },
} as const satisfies Record<string, SampleAccount>;

function accountOf({ name, phone, status, reason, host }: SampleAccount): Account {
  const isOpen = status === 'connected';
  return accountSchema.parse({
    ...{ name, status, phoneE164: phone, team: 'main', externalId: null, desired: 'online', linkMethod: 'qr' },
    statusReason: reason ? statusReasonOf(reason) : null,
    pendingRequest: null,
    waJid: `${phone.slice(1)}@s.whatsapp.net`,
    waLid: null,
    pushName: isOpen ? name : null,
    ownerHostId: host,
    reconnectAttempts: status === 'reconnecting' ? 6 : 0,
    lastConnectedAt: status === 'qr_ready' ? null : ago(isOpen ? 26 * 60 : 55),
    lastDisconnectedAt: status === 'qr_ready' ? null : ago(isOpen ? 26 * 60 + 1 : 12),
    lastDisconnect:
      status === 'qr_ready' ? null : { code: reason === 'logged_out' ? 401 : 428, reason: 'Connection Closed' },
    lastEventAt: ago(isOpen ? 1 : 9),
    lastMessageAt: isOpen ? ago(4) : null,
    createdAt: ago(60 * 24 * 40),
    createdBy: 'demo-admin',
    updatedAt: ago(1),
  });
}

const idOf = ({ phone }: SampleAccount): string => accountIdOf('demo', phone);

/** The number whose QR code waits to be scanned. */
export const UNLINKED = idOf(ACCOUNTS.bakery);
/** A number that works. */
export const LINKED = idOf(ACCOUNTS.salon);

function ratesOf(seed: number): MinuteRate[] {
  const random = seeded(seed);
  const now = Math.floor(Date.now() / MINUTE);
  return Array.from({ length: RATE_MINUTES }, (_, index) => {
    const busy = 5 + 4 * Math.sin(index / 7) + random.between(0, 3);
    const sent = Math.round(busy * 1.2);
    return {
      minute: now - RATE_MINUTES + 1 + index,
      sent,
      failed: random.next() < 0.06 ? 1 : 0,
      delivered: Math.max(0, sent - (random.next() < 0.3 ? 1 : 0)),
      received: Math.round(busy),
    };
  });
}

const FIELDS = 57;
const FINDER = 7;

/** Whether a field of a corner is dark: a ring of seven, with a square of three in it. */
function isDarkInFinder(x: number, y: number): boolean {
  const ring = Math.max(Math.abs(x - 3), Math.abs(y - 3));
  return ring !== 2 && ring <= 3;
}

/** The corners that every QR code has three of. */
const FINDERS = [
  [0, 0],
  [FIELDS - FINDER, 0],
  [0, FIELDS - FINDER],
] as const;

/** What looks like a QR code and says nothing: nobody shall try to link a phone by a picture in a manual. */
function likenessOfQr(): string {
  const random = seeded(3);
  const isDark = (x: number, y: number): boolean => {
    const near = FINDERS.find(([left, top]) => {
      return x >= left - 1 && x <= left + FINDER && y >= top - 1 && y <= top + FINDER;
    });
    return near ? isDarkInFinder(x - near[0], y - near[1]) : random.next() < 0.5;
  };
  const fields = Array.from({ length: FIELDS * FIELDS }, (_, n) => [n % FIELDS, Math.floor(n / FIELDS)] as const);
  const dark = fields.filter(([x, y]) => isDark(x, y)).map(([x, y]) => `M${String(x)} ${String(y)}h1v1h-1z`);
  const box = `-2 -2 ${String(FIELDS + 4)} ${String(FIELDS + 4)}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" shape-rendering="crispEdges"><path d="${dark.join('')}"/></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** What goes on by itself while somebody looks: heartbeats, and a QR code that is never over. */
export async function keepAlive(db: Firestore): Promise<void> {
  const batch = db.batch();
  for (const [index, host] of HOSTS.entries()) {
    batch.set(db.doc(paths.host(host)), {
      ...{ state: 'running', capacity: 100, version: '0.1.0', leaseTtlMs: 15_000, rates: ratesOf(index + 7) },
      accounts: Object.values(ACCOUNTS).filter((account) => account.host === host).length,
      startedAt: ago(60 * 26),
      heartbeatAt: FieldValue.serverTimestamp(),
    });
  }
  batch.set(db.doc(paths.linking(UNLINKED)), {
    ...{ qr: 'a picture of a code', qrDataUrl: likenessOfQr(), pairingCode: null, attempt: 1 },
    expiresAt: Timestamp.fromMillis(Date.now() + 18_000),
  });
  await batch.commit();
}

const COLLEAGUES = [
  ['demo-1', 'Denisa Marin', 'denisa@demo.test', 'agent', ['main'], false],
  ['demo-2', 'Tudor Neagu', 'tudor@demo.test', 'agent', ['main', 'garage'], false],
  ['demo-3', 'Paul Enache', 'paul@demo.test', 'manager', ['garage'], true],
] as const;

const AUDIT: readonly (readonly [AuditAction, string, number])[] = [
  ['account.add', 'demo-admin', 12],
  ['message.cancel', 'demo-agent', 35],
  ['account.limits', 'demo-manager', 190],
  ['user.create', 'demo-admin', 1_500],
  ['user.disable', 'demo-admin', 2_900],
  ['bulk.start', 'demo-manager', 4_400],
  ['message.retry', 'demo-agent', 4_460],
  ['account.relink', 'demo-manager', 7_300],
];

const INCIDENTS: readonly (readonly [IncidentType, string, number, number])[] = [
  ['connection_lost', idOf(ACCOUNTS.flowers), 12, 6],
  ['logged_out', idOf(ACCOUNTS.events), 55, 1],
];

/** Writes all of it, after `seedDemoData`, and lets the hosts beat once. */
export async function seedDemoOffice(db: Firestore): Promise<void> {
  const batch = db.batch();
  for (const [uid, displayName, email, role, teams, disabled] of COLLEAGUES) {
    const changed = { updatedAt: ago(3_000), updatedBy: 'demo-admin' };
    batch.set(db.doc(paths.user(uid)), { email, displayName, role, teams, disabled, ...changed });
  }
  for (const [index, [action, by, minutes]] of AUDIT.entries()) {
    const accountId = action.startsWith('account') ? LINKED : null;
    const entry = { action, by, accountId, target: null, details: {}, at: ago(minutes) };
    batch.set(db.doc(`${COLLECTIONS.auditLog}/demo-${String(index)}`), entry);
  }
  for (const [type, accountId, minutes, count] of INCIDENTS) {
    batch.set(db.doc(paths.incident(incidentIdOf(accountId, type))), {
      ...{ accountId, type, count, ...describeIncident(type), details: { code: 428 } },
      ...{ ts: ago(minutes), lastAt: ago(Math.min(minutes, 2)), resolvedAt: null },
    });
  }
  for (const account of Object.values(ACCOUNTS)) {
    batch.set(db.doc(paths.account(idOf(account))), accountOf(account));
  }
  await batch.commit();
  await keepAlive(db);
}
