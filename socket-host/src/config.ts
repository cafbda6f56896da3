/** The settings of this process, read once from the environment. The only file of the host that reads it. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';

const WHATSAPP = 'wss://web.whatsapp.com/ws/chat';

const portSchema = z.coerce.number().int().min(0).max(65_535);
const hex32Schema = z.string().regex(/^[0-9a-f]{64}$/i, 'must be 32 bytes as 64 hex digits');

const environmentSchema = z
  .object({
    PORT: portSchema.default(8080),
    GOOGLE_CLOUD_PROJECT: z.string().min(1),
    /** Names the host; each process adds a suffix of its own, so that an old and a new one never pass for each other. */
    HOST_ID: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,60}$/, 'must be 1 to 60 letters, digits, "_", "." or "-"')
      .optional(),
    HOST_CAPACITY: z.coerce.number().int().min(1).max(10_000).default(100),
    WHATSAPP_URL: z.url({ protocol: /^wss?$/ }).default(WHATSAPP),
    WHATSAPP_NOISE_ROOT: hex32Schema.optional(),
    SESSION_KEK: hex32Schema,
    CONNECT_TIMEOUT_MS: z.coerce.number().int().min(1_000).max(600_000).default(60_000),
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
  readonly hostId: string;
  readonly capacity: number;
  readonly whatsapp: { readonly url: string; readonly noiseRoot: string | null; readonly isSimulated: boolean };
  readonly sessionKek: string;
  readonly connectTimeoutMs: number;
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

/** @throws ConfigError */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) throw new ConfigError(parsed.error.issues);
  const settings = parsed.data;
  return {
    port: settings.PORT,
    projectId: settings.GOOGLE_CLOUD_PROJECT,
    hostId: `${settings.HOST_ID ?? hostname()}-${randomUUID().slice(0, 8)}`,
    capacity: settings.HOST_CAPACITY,
    whatsapp: {
      url: settings.WHATSAPP_URL,
      noiseRoot: settings.WHATSAPP_NOISE_ROOT ?? null,
      isSimulated: settings.WHATSAPP_URL !== WHATSAPP,
    },
    sessionKek: settings.SESSION_KEK,
    connectTimeoutMs: settings.CONNECT_TIMEOUT_MS,
    logLevel: settings.LOG_LEVEL,
    commit: settings.COMMIT,
  };
}
