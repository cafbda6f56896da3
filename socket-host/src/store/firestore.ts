/** The one connection to Firestore of this process. */
import { initializeApp } from 'firebase-admin/app';
import { getFirestore, Timestamp, type Firestore } from 'firebase-admin/firestore';

/** What the rest of the host holds of Firestore: something to hand to the functions of this folder. */
export type Database = Firestore;

/** A moment as documents hold it. */
export function momentOf(date: Date): Timestamp {
  return Timestamp.fromDate(date);
}

const MAX_RECONNECT_MS = 4_000;
/**
 * A connection that goes dead without a word (a lost entry in a router's table) would be kept until TCP gives up, after a quarter of an hour.
 * The emulator ends connections that are pinged this often, and is never behind such a router.
 */
const KEEP_ALIVE = { 'grpc.keepalive_time_ms': 30_000, 'grpc.keepalive_timeout_ms': 10_000 };

/** Connects with the machine's own credentials, or to the emulator where FIRESTORE_EMULATOR_HOST is set. */
export function connectFirestore(projectId: string, isEmulated: boolean): Database {
  const db = getFirestore(initializeApp({ projectId }));
  db.settings({
    ignoreUndefinedProperties: false,
    // Left alone, the wait between two attempts to connect grows to minutes: a host would be away long after Firestore is back.
    grpcOptions: { 'grpc.max_reconnect_backoff_ms': MAX_RECONNECT_MS, ...(isEmulated ? {} : KEEP_ALIVE) },
  });
  return db;
}

/** gRPC status codes that decide what we do next. Source: google.rpc.Code. */
const GRPC = { invalidArgument: 3, notFound: 5, alreadyExists: 6, failedPrecondition: 9, aborted: 10 } as const;

function hasCode(error: unknown, code: number): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** A `create()` met a document that is there already. */
export function isAlreadyExists(error: unknown): boolean {
  return hasCode(error, GRPC.alreadyExists);
}

/** The document changed, or went away, since we read it: someone else was first. */
export function isLostRace(error: unknown): boolean {
  return hasCode(error, GRPC.failedPrecondition) || hasCode(error, GRPC.notFound) || hasCode(error, GRPC.aborted);
}

/** A lost race, or it may be that the document is older than the version the write asked for, which Firestore calls an invalid argument. */
export function isOtherVersion(error: unknown): boolean {
  return isLostRace(error) || hasCode(error, GRPC.invalidArgument);
}

/** Firestore gave up under contention: whether the document changed is not known, and the same write may land next time. */
export function isContended(error: unknown): boolean {
  return hasCode(error, GRPC.aborted);
}
