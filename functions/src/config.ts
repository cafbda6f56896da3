/**
 * The parameters of a deployment, asked for once by `firebase deploy` and kept in `functions/.env.<project>`.
 * Values are read when a function runs, never while its file is loaded: during discovery they do not exist yet.
 */
import { environmentSchema } from '@switchboard/contract/ids';
import type { parsePhone } from '@switchboard/contract/phone';
import { defineBoolean, defineInt, defineString } from 'firebase-functions/params';
import { z } from 'zod';
import type { QuotaLimits } from './outbox/quotas.ts';

export type Country = NonNullable<Parameters<typeof parsePhone>[1]>;

/** Where the functions run. Firestore triggers must run where the database is (nam5: us-central1, eur3: europe-west4). */
export const region = defineString('REGION', { default: 'us-central1', label: 'Region of functions and database' });

const bootstrapAdminEmail = defineString('BOOTSTRAP_ADMIN_EMAIL', {
  default: '',
  label: 'Address of the first admin',
  description: 'Whoever signs in with it, verified, may make themself admin while there is no admin. Empty: nobody.',
});

const environment = defineString('ENVIRONMENT', {
  default: 'prod',
  label: 'Environment name',
  description: 'Part of every account id. Never change it once accounts exist.',
});

const defaultCountry = defineString('DEFAULT_COUNTRY', {
  default: '',
  label: 'Country of local phone numbers',
  description: 'ISO 3166 alpha-2, for example RO. Empty: only numbers with + and country code are accepted.',
});

const messagesPerUserPerMinute = defineInt('MESSAGES_PER_USER_PER_MINUTE', {
  default: 600,
  label: 'Messages one user may ask for in a minute',
  description: 'A brake for scripts gone wild; how fast an account sends is another matter.',
});

const waitingPerAccount = defineInt('WAITING_PER_ACCOUNT', {
  default: 2_000,
  label: 'Messages that may wait to be sent by one account',
});

const enforceAppCheck = defineBoolean('ENFORCE_APP_CHECK', {
  default: false,
  label: 'Refuse calls of apps that App Check has not verified',
  description: 'Turn it on once every front end sends App Check tokens.',
});

const historyKeptDays = defineInt('HISTORY_KEPT_DAYS', {
  default: 400,
  label: 'Days the audit log, account requests and lists of bulk sends are kept',
});

const countrySchema = z.string().regex(/^[A-Z]{2}$/, 'must be empty or two capital letters');

const positive = z.int().positive();

export interface Settings {
  readonly bootstrapAdminEmail: string;
  readonly environment: string;
  readonly defaultCountry: Country | null;
  readonly quotas: QuotaLimits;
  readonly historyKeptDays: number;
}

/** Whether calls of apps that App Check has not verified are refused. */
export function isAppCheckEnforced(): boolean {
  return enforceAppCheck.value();
}

export function readSettings(): Settings {
  const country = defaultCountry.value();
  return {
    bootstrapAdminEmail: bootstrapAdminEmail.value().trim().toLowerCase(),
    environment: environmentSchema.parse(environment.value()),
    // The library's union of country codes has no checker we could call from here; it reads a code it does not
    // know as "no country", so a local number is then refused rather than misread.
    defaultCountry: country === '' ? null : (countrySchema.parse(country) as Country),
    quotas: {
      perUserPerMinute: positive.parse(messagesPerUserPerMinute.value()),
      waitingPerAccount: positive.parse(waitingPerAccount.value()),
    },
    historyKeptDays: positive.parse(historyKeptDays.value()),
  };
}
