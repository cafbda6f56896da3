/** Deploys the router of outbox entries. What the event shows counts only while it is what is stored: see `store/outbox.ts`. */
import { onDocumentCreated } from 'firebase-functions/firestore';
import { region } from '../config.ts';
import { outboxDeps } from './deps.ts';
import { onOutboxCreated as route } from './on-outbox-created.ts';

export const onOutboxCreated = onDocumentCreated(
  { document: 'outbox/{requestId}', region, retry: true, memory: '256MiB', timeoutSeconds: 60 },
  ({ params, data }) => {
    const seen = data && { document: data.data(), version: data.updateTime };
    return route(outboxDeps(), params.requestId, seen);
  },
);
