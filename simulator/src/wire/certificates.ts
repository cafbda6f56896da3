/**
 * The network's own certificate chain: root → intermediate → leaf (the server's Noise key). The root comes from
 * a fixed seed, so that trust configured once holds over restarts; it protects nothing but tests.
 */
import { sha256 } from './crypto.ts';
import { keyPairOf, sign, type KeyPair } from './curve.ts';
import { proto } from './proto.ts';

/** The serial of the root, which clients demand of the intermediate's issuer. */
const ROOT_SERIAL = 0;
const INTERMEDIATE_SERIAL = 1;
const LEAF_SERIAL = 2;
const Details = proto.CertChain.NoiseCertificate.Details;

export interface Trust {
  /** Public key of the root, 32 bytes: what clients must be told to trust. */
  readonly root: Buffer;
  readonly serverStatic: KeyPair;
  /** The encoded chain, sent in the server hello. */
  readonly chain: Buffer;
}

function seeded(name: string): KeyPair {
  return keyPairOf(sha256(Buffer.from(`switchboard simulator ${name}`)));
}

export function makeTrust(): Trust {
  const root = seeded('certificate root');
  const intermediate = seeded('intermediate certificate');
  const serverStatic = seeded('server noise key');
  const intermediateDetails = Details.encode({
    serial: INTERMEDIATE_SERIAL,
    issuerSerial: ROOT_SERIAL,
    key: intermediate.publicKey,
  }).finish();
  const leafDetails = Details.encode({
    serial: LEAF_SERIAL,
    issuerSerial: INTERMEDIATE_SERIAL,
    key: serverStatic.publicKey,
  }).finish();
  const chain = proto.CertChain.encode({
    intermediate: { details: intermediateDetails, signature: sign(root.privateKey, intermediateDetails) },
    leaf: { details: leafDetails, signature: sign(intermediate.privateKey, leafDetails) },
  }).finish();
  return { root: root.publicKey, serverStatic, chain: Buffer.from(chain) };
}
