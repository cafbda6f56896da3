/** Deploys the schedules. A run that overlaps the one before does no harm: each change is conditional on what it found. */
import { logger } from 'firebase-functions';
import { onSchedule } from 'firebase-functions/scheduler';
import { accountRequestDeps } from '../accounts/deps.ts';
import { bulkDeps } from '../bulk/deps.ts';
import { runBulkSends as moveOn } from '../bulk/run-bulk.ts';
import { readSettings, region } from '../config.ts';
import { outboxDeps } from '../outbox/deps.ts';
import { changeEntry } from '../store/entries.ts';
import { openAuth, openFirestore } from '../store/firestore.ts';
import { historyPurges } from '../store/history.ts';
import { forgetSilentHosts, readUnserved, showUnconnected } from '../store/hosts.ts';
import { endNotices, reportIncidents } from '../store/incidents.ts';
import { accountsWithDoubtfulCode, takeBackCode } from '../store/linking.ts';
import { findLostHosts, restoreHosts } from '../store/lost-hosts.ts';
import { createStaffDirectory } from '../store/staff.ts';
import { createOutboxSweep, requestsQueuedBefore } from '../store/sweeping.ts';
import { createUserStore } from '../store/users.ts';
import { expireLinking as expire } from './expire-linking.ts';
import { purgeExpired as purge } from './purge-expired.ts';
import { reportSilentHosts as report } from './report-silent-hosts.ts';
import { sweepOutbox as sweep } from './sweep-outbox.ts';
import { sweepRequests as sweepUnrouted } from './sweep-requests.ts';
import { sweepUsers as bringAlong } from './sweep-users.ts';

const EVERY_MINUTE = 'every 1 minutes';
const options = { region, memory: '256MiB', timeoutSeconds: 300, maxInstances: 1 } as const;
const running = { nowMs: Date.now, log: logger };

export const sweepOutbox = onSchedule({ ...options, schedule: EVERY_MINUTE }, () => {
  const db = openFirestore();
  return sweep({
    ...running,
    router: outboxDeps(),
    sweep: createOutboxSweep(db),
    change: (requestId, work) => changeEntry(db, requestId, work),
    reportStuck: (troubles) => reportIncidents(db, 'outbox_stuck', troubles),
  });
});

export const sweepRequests = onSchedule({ ...options, schedule: EVERY_MINUTE }, () => {
  const db = openFirestore();
  return sweepUnrouted({
    ...running,
    router: accountRequestDeps(),
    queuedBefore: (beforeMs) => requestsQueuedBefore(db, beforeMs),
  });
});

export const sweepUsers = onSchedule({ ...options, schedule: EVERY_MINUTE }, () =>
  bringAlong({
    ...running,
    staff: createStaffDirectory(openAuth(), Date.now),
    users: createUserStore(openFirestore()),
  }),
);

export const expireLinking = onSchedule({ ...options, schedule: EVERY_MINUTE }, () => {
  const db = openFirestore();
  return expire({
    ...running,
    accountsWithDoubtfulCode: (expiredBeforeMs, idleForMs) => accountsWithDoubtfulCode(db, expiredBeforeMs, idleForMs),
    takeBackCode: (accountId, idleForMs) => takeBackCode(db, accountId, idleForMs),
  });
});

export const reportSilentHosts = onSchedule({ ...options, schedule: EVERY_MINUTE }, () => {
  const db = openFirestore();
  return report({
    ...running,
    findLostHosts: () => findLostHosts(db),
    readUnserved: (nowMs, restMs, lostHostIds, onUnreadable) =>
      readUnserved(db, nowMs, restMs, lostHostIds, onUnreadable),
    restoreHosts: (hostIds, leaseTtlMs) => restoreHosts(db, hostIds, leaseTtlMs),
    showUnconnected: (restMs, lostHostIds) => showUnconnected(db, restMs, lostHostIds),
    forgetSilentHosts: (afterMs) => forgetSilentHosts(db, afterMs),
    reportUnserved: (troubles) => reportIncidents(db, 'host_silent', troubles),
  });
});

export const runBulkSends = onSchedule({ ...options, schedule: EVERY_MINUTE }, () => moveOn(bulkDeps()));

export const purgeExpired = onSchedule({ ...options, schedule: 'every 24 hours' }, () => {
  const db = openFirestore();
  return purge({
    ...running,
    purges: historyPurges(db),
    keptDays: readSettings().historyKeptDays,
    endNotices: (beforeMs) => endNotices(db, beforeMs),
  });
});
