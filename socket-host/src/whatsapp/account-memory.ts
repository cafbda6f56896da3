/**
 * What an account remembers from one socket to the next, in memory only. Everything here may be lost at any time: it saves
 * questions to WhatsApp and keeps retries from going round in circles. One per account, since users and ids are seen per account.
 */
import type { GroupMetadata, PossiblyExtendedCacheStore, WAMessage } from '@whiskeysockets/baileys';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { bounded } from '../bounded.ts';

const HOUR_MS = 3_600_000;
const MAX_ENTRIES = 5_000;
/** The phone is asked for all of them at once. */
const MAX_UNAVAILABLE = 100;
/** Meanwhile nothing is sent to a device that was refused and is well again; the shorter, the more often WhatsApp is asked in vain. */
const LEFT_OUT_MS = HOUR_MS / 6;

/** Lists of devices, by user, as the library keeps them. */
export interface DeviceLists extends PossiblyExtendedCacheStore {
  /** Leaves one device out of a list that is known, for a while; then the user's devices are asked for again. */
  leaveOut(user: string, device: number): void;
}

export interface AccountMemory {
  /**
   * Devices per user. Each lookup forces fresh Signal sessions, which pile up in the session rows, so it is kept for long;
   * notifications (`changed-devices.ts`) and refusals (`keyless-devices.ts`) keep it right.
   */
  readonly devices: DeviceLists;
  /** How often a message was asked for again. */
  readonly retries: PossiblyExtendedCacheStore;
  /** Whether a phone-number jid is on WhatsApp. Negative answers are soon asked again. */
  readonly registered: LRUCache<string, boolean>;
  /** Who is in a group, so that a send does not have to ask. Dropped when the group changes. */
  readonly groups: LRUCache<string, GroupMetadata>;
  /** Messages sent from here: their echo is not news. */
  readonly sentIds: LRUCache<string, true>;
  /** Messages for which a connection was given up, since the library did not report them. Repeated, they prove nothing more. */
  readonly givenUpFor: LRUCache<string, true>;
  /** Messages that came without what they say and cannot be read yet, by id; see `unavailable.ts`. */
  readonly unavailable: LRUCache<string, UnavailableMessage>;
}

export interface UnavailableMessage {
  /** What the stanza told, since the phone's answer says less of who wrote. */
  readonly envelope: Pick<WAMessage, 'key' | 'messageTimestamp' | 'pushName' | 'participant' | 'verifiedBizName'>;
  /** How often the phone was asked for it. */
  asks: number;
}

type Cache = LRUCache<string, object | number>;

function cacheOf(ttlMs: number): Cache {
  return new LRUCache({ ...bounded(MAX_ENTRIES), ttl: ttlMs });
}

function storeOn(cache: Cache): PossiblyExtendedCacheStore {
  // The library lets the caller of `get` name the type of a value. It only reads what it wrote itself under that key.
  const get = (key: string) => cache.get(key) as never;
  const set = (key: string, value: unknown): void => {
    if (typeof value === 'number' || (typeof value === 'object' && value !== null)) cache.set(key, value);
  };
  return {
    get,
    set,
    del: (key) => {
      cache.delete(key);
    },
    flushAll: () => {
      cache.clear();
    },
    mget: (keys) => Promise.resolve(Object.fromEntries(keys.map((key) => [key, get(key)]))),
    mset: (entries) => {
      for (const { key, value } of entries) set(key, value);
    },
  };
}

const deviceListSchema = z.array(z.looseObject({ device: z.number() }));

function deviceLists(): DeviceLists {
  const lists = cacheOf(24 * HOUR_MS);
  return {
    ...storeOn(lists),
    leaveOut: (user, device) => {
      const known = deviceListSchema.safeParse(lists.get(user)).data;
      // Also when none is left: in a group the others get the message then.
      const left = known?.filter((each) => each.device !== device);
      if (left) lists.set(user, left, { ttl: LEFT_OUT_MS });
    },
  };
}

export const UNREGISTERED_TTL_MS = HOUR_MS / 6;

export function createAccountMemory(): AccountMemory {
  return {
    devices: deviceLists(),
    retries: storeOn(cacheOf(HOUR_MS)),
    registered: new LRUCache({ ...bounded(MAX_ENTRIES), ttl: 7 * 24 * HOUR_MS }),
    groups: new LRUCache({ ...bounded(500), ttl: HOUR_MS }),
    sentIds: new LRUCache(bounded(MAX_ENTRIES)),
    givenUpFor: new LRUCache(bounded(MAX_ENTRIES)),
    unavailable: new LRUCache(bounded(MAX_UNAVAILABLE)),
  };
}
