/**
 * Looks at credentials before a link depends on them: whether they are whole, whether their key pairs belong together, whose they are.
 * Says what is wrong in words without a key in them. Pure.
 */
import './enforce-signatures.ts';
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { BufferJSON, Curve } from '@whiskeysockets/baileys';
import { bareJid } from '@switchboard/contract/jid';
import { z } from 'zod';

const bytesSchema = z.instanceof(Uint8Array);
const keyPairSchema = z.object({ public: bytesSchema, private: bytesSchema });

/** What the library cannot do without once an account is linked. */
const credsSchema = z.object({
  me: z.object({ id: z.string().min(1) }),
  account: z.object({ details: z.unknown(), accountSignatureKey: z.unknown(), deviceSignature: z.unknown() }),
  noiseKey: keyPairSchema,
  signedIdentityKey: keyPairSchema,
  signedPreKey: z.object({ keyPair: keyPairSchema, signature: bytesSchema, keyId: z.int().nonnegative() }),
  registrationId: z.int().nonnegative(),
  advSecretKey: z.string().min(1),
  nextPreKeyId: z.int().positive(),
  firstUnuploadedPreKeyId: z.int().positive(),
});
type Creds = z.infer<typeof credsSchema>;

/** The id that new credentials give to the first pre-key. Source: the library's `initAuthCreds`. */
const FIRST_PRE_KEY_ID = 1;

/** What stands before the 32 bytes of a private X25519 key in PKCS#8. Source: RFC 8410. */
const PKCS8_HEADER = Buffer.from('302e020100300506032b656e04220420', 'hex');
const KEY_BYTES = 32;

function isPair(pair: z.infer<typeof keyPairSchema>): boolean {
  if (pair.private.length !== KEY_BYTES) return false;
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEADER, pair.private]), format: 'der', type: 'pkcs8' });
  const derived = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES);
  return derived.equals(pair.public);
}

/** The type byte that Signal puts before a public key where it signs one. */
const SIGNAL_KEY_TYPE = 5;

function isSigned({ signedIdentityKey, signedPreKey }: Creds): boolean {
  const signed = Buffer.concat([Buffer.of(SIGNAL_KEY_TYPE), signedPreKey.keyPair.public]);
  return Curve.verify(signedIdentityKey.public, signed, signedPreKey.signature);
}

function inconsistencyOf(creds: Creds): string | null {
  if (!isPair(creds.noiseKey)) return 'the connection key is no pair';
  if (!isPair(creds.signedIdentityKey)) return 'the identity key is no pair';
  if (!isPair(creds.signedPreKey.keyPair)) return 'the signed pre-key is no pair';
  return isSigned(creds) ? null : 'the signed pre-key is not signed by the identity key';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text, BufferJSON.reviver);
  } catch {
    return null;
  }
}

/**
 * @returns `fault`: why they cannot be used, or `null`; `waJid`: the account they are of; `mark`: differs when another link or new
 *   pre-keys make older credentials worth less.
 */
export function checkCreds(text: string): {
  readonly fault: string | null;
  readonly waJid: string | null;
  readonly mark: string;
} {
  const read = credsSchema.safeParse(parsed(text));
  if (!read.success) {
    const fields = read.error.issues.map(({ path }) => path.join('.')).filter((path) => path !== '');
    return {
      fault: fields.length === 0 ? 'they are no credentials' : `missing: ${fields.join(', ')}`,
      waJid: null,
      mark: '',
    };
  }
  const { me, registrationId, nextPreKeyId } = read.data;
  const mark = createHash('sha256').update([me.id, registrationId, nextPreKeyId].join(' ')).digest('hex').slice(0, 16);
  return { fault: inconsistencyOf(read.data), waJid: bareJid(me.id), mark };
}

/** Whether WhatsApp has let the device of these credentials in before: only then does it ask for pre-keys, and the first ones are made. */
export function wereLetIn(text: string): boolean {
  const read = credsSchema.pick({ nextPreKeyId: true }).safeParse(parsed(text));
  return !read.success || read.data.nextPreKeyId > FIRST_PRE_KEY_ID;
}
