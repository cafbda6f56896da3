/** Deploys the router of outbox entries. The event only says which document to look at; its content is read anew. */
import { onDocumentCreated } from 'firebase-functions/firestore';
import { region } from '../config.ts';
import { outboxDeps } from './deps.ts';
import { onOutboxCreated as route } from './on-outbox-created.ts';

export const onOutboxCreated = onDocumentCreated(
  { document: 'outbox/{requestId}', region, retry: true, memory: '256MiB', timeoutSeconds: 60 },
  (event) => route(outboxDeps(), event.params.requestId),
);
