/**
 * The key-encryption key in Cloud KMS: it never leaves there. One call wraps or unwraps the data key of an account, once per load.
 *
 * KMS finds the version a key was wrapped with by itself, so its own rotation needs nothing here.
 */
import { z } from 'zod';
import { WrongKeyError, type KekProvider } from './kek.ts';

const CLOUD_KMS = 'https://cloudkms.googleapis.com';
/** KMS answers in tens of milliseconds. */
const TIMEOUT_MS = 10_000;
/**
 * Wrong bytes or context, a disabled version, no permission, no such key. Asking again at once does not help; somebody may put it right
 * later, or just has (permissions take minutes to arrive), so an account that met one is tried again (`account/session-opening.ts`).
 * Source: google.rpc.Code as HTTP.
 */
const REFUSED: ReadonlySet<number> = new Set([400, 403, 404]);

const encryptedSchema = z.object({ ciphertext: z.base64() });
const decryptedSchema = z.object({ plaintext: z.base64() });
const refusalSchema = z.object({ error: z.object({ message: z.string() }) });

export interface KmsOptions {
  /** `projects/…/locations/…/keyRings/…/cryptoKeys/…` */
  readonly keyName: string;
  readonly accessToken: () => Promise<string>;
  /** Where KMS is. */
  readonly url?: string;
}

export function kmsKek({ keyName, accessToken, url = CLOUD_KMS }: KmsOptions): KekProvider {
  const kid = `kms:${keyName}`;
  const call = async (verb: 'encrypt' | 'decrypt', body: Record<string, string>): Promise<unknown> => {
    const answer = await fetch(`${url}/v1/${keyName}:${verb}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await accessToken()}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.ok) return answer.json();
    const refusal = refusalSchema.safeParse(await answer.json().catch(() => null));
    const message = `Cloud KMS answered ${String(answer.status)}: ${refusal.data?.error.message ?? 'no reason given'}`;
    throw REFUSED.has(answer.status) ? new WrongKeyError(message) : new Error(message);
  };
  return {
    kid,
    wrap: async (dataKey, context) => {
      const body = { plaintext: base64(dataKey), additionalAuthenticatedData: base64(Buffer.from(context, 'utf8')) };
      return Buffer.from(encryptedSchema.parse(await call('encrypt', body)).ciphertext, 'base64');
    },
    unwrap: async (wrapped, usedKid, context) => {
      if (usedKid !== kid) {
        throw new WrongKeyError(`it was encrypted with the key ${usedKid}, this host has ${kid}`);
      }
      const body = { ciphertext: base64(wrapped), additionalAuthenticatedData: base64(Buffer.from(context, 'utf8')) };
      return Buffer.from(decryptedSchema.parse(await call('decrypt', body)).plaintext, 'base64');
    },
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
