/** The settings of this process, read once from the environment. The only file of the host that reads it. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { LEASE_TTL_MS } from '@switchboard/contract/lease';
import { z } from 'zod';
import type { KekSetting } from './session/choose-kek.ts';
import { DEFAULT_TIMING, type SocketTiming } from './whatsapp/timing.ts';

const WHATSAPP = 'wss://web.whatsapp.com/ws/chat';

/** Where WhatsApp publishes its web client, which names its version. */
const WEB_CLIENT = 'https://web.whatsapp.com/sw.js';

const durationSchema = z.coerce.number().int().min(100).max(3_600_000);
const portSchema = z.coerce.number().int().min(0).max(65_535);
const hex32Schema = z.string().regex(/^[0-9a-f]{64}$/i, 'must be 32 bytes as 64 hex digits');

const environmentSchema = z
  .object({
    PORT: portSchema.default(8080),
    GOOGLE_CLOUD_PROJECT: z.string().min(1),
    /** Where the emulator of Firestore listens; Google's library reads it too. */
    FIRESTORE_EMULATOR_HOST: z.string().optional(),
    /** Names the host; each process adds a suffix of its own, so that an old and a new one never pass for each other. */
    HOST_ID: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,60}$/, 'must be 1 to 60 letters, digits, "_", "." or "-"')
      .optional(),
    HOST_CAPACITY: z.coerce.number().int().min(1).max(10_000).default(100),
    WHATSAPP_URL: z.url({ protocol: /^wss?$/ }).default(WHATSAPP),
    WHATSAPP_NOISE_ROOT: hex32Schema.optional(),
    /** Where to learn the newest WhatsApp Web version; unset, WhatsApp's own for its own network and nowhere for another. */
    WHATSAPP_VERSION_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** The key that encrypts the accounts' data keys; or its name in Cloud KMS. Exactly one of the two. */
    SESSION_KEK: hex32Schema.optional(),
    KMS_KEY_NAME: z
      .string()
      .regex(
        /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
        'must be the full name of a key',
      )
      .optional(),
    /** The SESSION_KEK before: it still opens what it encrypted, until every account was loaded once with the new one. */
    SESSION_KEK_FORMER: hex32Schema.optional(),
    /** How long this host's accounts stay its own after its last heartbeat; it beats every third of it. */
    LEASE_TTL_MS: z.coerce.number().int().min(1_500).max(600_000).default(LEASE_TTL_MS),
    /** How long between two accounts given to a host that has fewer. */
    REBALANCE_INTERVAL_MS: z.coerce.number().int().min(1_000).max(3_600_000).default(10_000),
    /** How many accounts may be connecting at the same time. */
    CONNECTS_AT_ONCE: z.coerce.number().int().min(1).max(1_000).default(20),
    /** How many messages an account may send in any minute, unless it says so itself; 0 = unpaced. */
    MESSAGES_PER_MINUTE: z.coerce.number().int().min(0).max(1_000).default(30),
    /** How many people who never wrote to it an account may write to in a day, unless it says so itself; 0 = no cap. */
    NEW_THREADS_PER_DAY: z.coerce.number().int().min(0).max(100_000).default(30),
    CONNECT_TIMEOUT_MS: z.coerce.number().int().min(1_000).max(600_000).default(60_000),
    /** How often WhatsApp is pinged; a connection on which nothing comes for 1.6 times as long is given up. */
    KEEP_ALIVE_MS: durationSchema.default(DEFAULT_TIMING.keepAliveMs),
    /** How long messages may come in without one of them being reported until the connection is given up. */
    DEAF_AFTER_MS: durationSchema.default(DEFAULT_TIMING.deafAfterMs),
    /** How long messages may be about to leave without one of them leaving until the connection is given up. */
    STUCK_AFTER_MS: durationSchema.default(DEFAULT_TIMING.stuckAfterMs),
    /** How long each QR code is shown; unset, as long as the library shows it. */
    QR_TIMEOUT_MS: durationSchema.optional(),
    /** How long a connection has to hold until what was wrong before is over. */
    STABLE_AFTER_MS: durationSchema.default(120_000),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
    NODE_ENV: z.string().optional(),
    /** What /health reports as the running version. */
    COMMIT: z.string().default('unknown'),
  })
  .superRefine((settings, context) => {
    if (settings.WHATSAPP_NOISE_ROOT !== undefined && settings.NODE_ENV === 'production') {
      const message = 'must not be set in production: it would make the host trust another network than WhatsApp';
      context.addIssue({ code: 'custom', path: ['WHATSAPP_NOISE_ROOT'], message });
    }
  });

export interface Config {
  readonly port: number;
  readonly projectId: string;
  readonly isFirestoreEmulated: boolean;
  readonly hostId: string;
  readonly capacity: number;
  readonly whatsapp: {
    readonly url: string;
    readonly noiseRoot: string | null;
    readonly isSimulated: boolean;
    /** Where to learn the newest WhatsApp Web version; `null` for a network that takes any. */
    readonly versionUrl: string | null;
  };
  readonly kek: KekSetting;
  readonly limits: { readonly perMinute: number; readonly newThreadsPerDay: number };
  readonly connectTimeoutMs: number;
  readonly timing: SocketTiming;
  /** How long a connection has to hold until what was wrong before is over, ms. */
  readonly stableMs: number;
  readonly leaseTtlMs: number;
  readonly rebalanceIntervalMs: number;
  readonly connectsAtOnce: number;
  readonly logLevel: string;
  readonly commit: string;
}

/** Thrown when settings are missing or wrong; lists every fault at once, one per line. */
export class ConfigError extends Error {
  constructor(issues: readonly z.core.$ZodIssue[]) {
    super(
      ['The settings of the host are wrong:', ...issues.map((i) => `  ${i.path.join('.')}: ${i.message}`)].join('\n'),
    );
    this.name = 'ConfigError';
  }
}

/** Said beside whatever else is wrong: the schema judges single settings first, and stops there if one is. */
function kekIssues(environment: Record<string, string | undefined>): z.core.$ZodIssue[] {
  const { SESSION_KEK: key, SESSION_KEK_FORMER: formerKey, KMS_KEY_NAME: keyName } = environment;
  const faults: [name: string, message: string][] = [];
  if ((key === undefined) === (keyName === undefined)) {
    faults.push(['SESSION_KEK', 'exactly one of SESSION_KEK and KMS_KEY_NAME is needed']);
  }
  // Cloud KMS opens only what it encrypted itself: taken without a word, a former key would seem to help.
  if (formerKey !== undefined && keyName !== undefined) {
    faults.push(['SESSION_KEK_FORMER', 'opens nothing beside KMS_KEY_NAME: accounts have to be linked anew']);
  }
  return faults.map(([name, message]) => ({ code: 'custom', path: [name], message, input: undefined }));
}

function kekOf(settings: z.infer<typeof environmentSchema>): KekSetting {
  const { SESSION_KEK: key = '', SESSION_KEK_FORMER: formerKey = null, KMS_KEY_NAME: keyName } = settings;
  return keyName === undefined ? { kind: 'local', key, formerKey } : { kind: 'kms', keyName };
}

/** @throws ConfigError */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const parsed = environmentSchema.safeParse(environment);
  const issues = [...(parsed.error?.issues ?? []), ...kekIssues(environment)];
  if (!parsed.success || issues.length > 0) throw new ConfigError(issues);
  const settings = parsed.data;
  const isSimulated = settings.WHATSAPP_URL !== WHATSAPP;
  return {
    port: settings.PORT,
    projectId: settings.GOOGLE_CLOUD_PROJECT,
    isFirestoreEmulated: settings.FIRESTORE_EMULATOR_HOST !== undefined,
    hostId: `${settings.HOST_ID ?? hostname()}-${randomUUID().slice(0, 8)}`,
    capacity: settings.HOST_CAPACITY,
    whatsapp: {
      url: settings.WHATSAPP_URL,
      noiseRoot: settings.WHATSAPP_NOISE_ROOT ?? null,
      isSimulated,
      versionUrl: settings.WHATSAPP_VERSION_URL ?? (isSimulated ? null : WEB_CLIENT),
    },
    kek: kekOf(settings),
    limits: { perMinute: settings.MESSAGES_PER_MINUTE, newThreadsPerDay: settings.NEW_THREADS_PER_DAY },
    connectTimeoutMs: settings.CONNECT_TIMEOUT_MS,
    timing: {
      keepAliveMs: settings.KEEP_ALIVE_MS,
      deafAfterMs: settings.DEAF_AFTER_MS,
      stuckAfterMs: settings.STUCK_AFTER_MS,
      qrTimeoutMs: settings.QR_TIMEOUT_MS ?? null,
    },
    stableMs: settings.STABLE_AFTER_MS,
    leaseTtlMs: settings.LEASE_TTL_MS,
    rebalanceIntervalMs: settings.REBALANCE_INTERVAL_MS,
    connectsAtOnce: settings.CONNECTS_AT_ONCE,
    logLevel: settings.LOG_LEVEL,
    commit: settings.COMMIT,
  };
}
