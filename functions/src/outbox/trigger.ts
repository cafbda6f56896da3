/**
 * Deploys the router of outbox entries, and what ends those of customers who opt out. What the event shows of an entry counts only
 * while it is what is stored: see `store/outbox.ts`.
 */
import { logger } from 'firebase-functions';
import { onDocumentCreated, onDocumentWritten } from 'firebase-functions/firestore';
import { region } from '../config.ts';
import { changeEntry } from '../store/entries.ts';
import { openFirestore } from '../store/firestore.ts';
import { readOptOut, unsettledIn } from '../store/opt-outs.ts';
import { outboxDeps } from './deps.ts';
import { endUnwanted, type EndUnwantedDeps } from './end-unwanted.ts';
import { onOutboxCreated as route } from './on-outbox-created.ts';

export const onOutboxCreated = onDocumentCreated(
  { document: 'outbox/{requestId}', region, retry: true, memory: '256MiB', timeoutSeconds: 60 },
  ({ params, data }) => {
    const seen = data && { document: data.data(), version: data.updateTime };
    return route(outboxDeps(), params.requestId, seen);
  },
);

export const onOptOutWritten = onDocumentWritten(
  { document: 'optOuts/{optOutId}', region, retry: true, memory: '256MiB', timeoutSeconds: 300 },
  ({ params }) => {
    const db = openFirestore();
    const deps: EndUnwantedDeps = {
      read: (optOutId) => readOptOut(db, optOutId),
      unsettledIn: (threadId) => unsettledIn(db, threadId),
      change: (requestId, work) => changeEntry(db, requestId, work),
      log: logger,
    };
    return endUnwanted(deps, params.optOutId);
  },
);
