/**
 * Runs each job of a session cipher in the context it was asked for in, by being imported. libsignal lets the jobs about one address
 * wait for each other, whichever of our accounts asked, and runs those that waited in the context of the one that came first. The
 * library's transactions go by that context: a ratchet of one account was written past its own transaction, or into one that was over.
 */
import { AsyncResource } from 'node:async_hooks';
import { createRequire } from 'node:module';

type Job<R> = () => Promise<R>;
type QueueJob = <R>(this: unknown, job: Job<R>) => Promise<R>;

const fromBaileys = createRequire(import.meta.resolve('@whiskeysockets/baileys'));
const { prototype } = fromBaileys('libsignal/src/session_cipher.js') as { readonly prototype: { queueJob: QueueJob } };
const { queueJob } = prototype;

prototype.queueJob = function inOwnContext<R>(this: unknown, job: Job<R>): Promise<R> {
  return queueJob.call(this, AsyncResource.bind(job)) as Promise<R>;
};
