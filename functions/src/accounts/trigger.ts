/** Deploys the router of account requests. The event only says which document to look at; its content is read anew. */
import { onDocumentCreated } from 'firebase-functions/firestore';
import { region } from '../config.ts';
import { accountRequestDeps } from './deps.ts';
import { onAccountRequestCreated as route } from './on-account-request-created.ts';

export const onAccountRequestCreated = onDocumentCreated(
  { document: 'accountRequests/{requestId}', region, retry: true, memory: '256MiB', timeoutSeconds: 60 },
  (event) => route(accountRequestDeps(), event.params.requestId),
);
