/** How a phone links a companion: it scans a QR or takes a code, signs the companion's identity, seals the link. */
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { sealForCompanion, signCompanion, isCountersigned, type SignedCompanion } from '../wire/advertised-identity.ts';
import { SERVER_JID } from '../wire/jid.ts';
import { bytesOf, childOf, node } from '../wire/node-reading.ts';
import { normalizeCode, openBundle, startExchange, wrapEphemeral } from '../wire/pairing-code.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import { failure, RESTART_REQUIRED } from '../server/closing.ts';
import type { Device } from '../server/device.ts';
import { linkCompanion } from '../server/device-changes.ts';
import type { Applicant, CodeRequest } from '../server/linking-desk.ts';
import { unixSeconds } from '../server/network.ts';
import type { FaultOf } from '../faults/fault.ts';
import type { Phone } from './phone.ts';

export type LinkRefusal =
  | 'not_a_qr'
  | 'qr_unknown'
  | 'qr_expired'
  | 'qr_mismatch'
  | 'no_code_requested'
  | 'wrong_code'
  | 'companion_refused'
  | 'network_refused'
  | 'phone_offline'
  | 'passkey_required';

export type LinkOutcome = { readonly device: Device } | { readonly refusal: LinkRefusal };

/** How long the companion may take to answer the phone's half of the code exchange. */
const CODE_TIMEOUT_MS = 15_000;

/** The QR is `https://wa.me/settings/linked_devices#ref,noise key,identity,secret,platform`; older ones lack the address. */
export async function scanQr(phone: Phone, qr: string): Promise<LinkOutcome> {
  if (!phone.isOnline) return { refusal: 'phone_offline' };
  const [ref, noiseKey, identity, secret] = qr.slice(qr.indexOf('#') + 1).split(',');
  if (ref === undefined || noiseKey === undefined || identity === undefined || secret === undefined)
    return { refusal: 'not_a_qr' };
  const applicant = phone.network.linking.applicantOf(ref);
  if (!applicant) return { refusal: 'qr_unknown' };
  if (!applicant.isOpen) return { refusal: 'qr_expired' };
  const { registration } = applicant;
  const isSame =
    registration.noiseKey.toString('base64') === noiseKey &&
    registration.bundle.identity.toString('base64') === identity;
  if (!isSame) return { refusal: 'qr_mismatch' };
  return link(phone, applicant, Buffer.from(secret, 'base64'));
}

export async function enterCode(phone: Phone, typed: string): Promise<LinkOutcome> {
  if (!phone.isOnline) return { refusal: 'phone_offline' };
  const request = phone.network.linking.codeRequestOf(phone.person.digits);
  if (!request) return { refusal: 'no_code_requested' };
  const code = normalizeCode(typed);
  const exchange = startExchange(request.wrappedEphemeral, code);
  const bundle = await exchangeKeys(phone, request, wrapEphemeral(exchange.ephemeral.publicKey, code));
  if (!bundle) return { refusal: 'companion_refused' };
  const opened = openBundle(exchange, bundle, phone.signal.identity);
  if (!opened?.companionIdentity.equals(request.applicant.registration.bundle.identity))
    return { refusal: 'wrong_code' };
  return link(phone, request.applicant, opened.advSecret);
}

/** Sends the phone's half and waits for the companion's bundle; `null` when none comes. */
async function exchangeKeys(phone: Phone, request: CodeRequest, wrapped: Buffer): Promise<Buffer | null> {
  const finished = new Promise<Buffer | null>((resolve) => {
    const timer = setTimeout(() => {
      resolve(null);
    }, CODE_TIMEOUT_MS).unref();
    request.onFinish = (bundle) => {
      clearTimeout(timer);
      resolve(bundle);
    };
  });
  const attrs = {
    from: SERVER_JID,
    type: 'link_code_companion_reg',
    id: phone.network.stanzaId(),
    t: unixSeconds(),
  };
  const step = node('link_code_companion_reg', { stage: 'primary_hello' }, [
    node('link_code_pairing_ref', {}, request.ref),
    node('primary_identity_pub', {}, phone.signal.identity.publicKey),
    node('link_code_pairing_wrapped_primary_ephemeral_pub', {}, wrapped),
  ]);
  request.applicant.send(node('notification', attrs, [step]));
  return finished;
}

/** WhatsApp asks the companion for a WebAuthn assertion of the account's owner. */
function passkeyRequest(id: string): BinaryNode {
  const options = { challenge: randomBytes(32).toString('base64url'), rpId: 'whatsapp.com', allowCredentials: [] };
  const attrs = { from: SERVER_JID, type: 'passkey_prologue_request', id, t: unixSeconds() };
  return node('notification', attrs, [node('passkey_request_options', {}, Buffer.from(JSON.stringify(options)))]);
}

/** What the companion is to believe that it was linked by; with a fault, one of its two proofs is not the phone's. */
function sealed(signed: SignedCompanion, advSecret: Buffer, fault: FaultOf<'bad-link'> | null): Buffer {
  switch (fault?.how) {
    case 'seal':
      return sealForCompanion(signed, randomBytes(advSecret.length));
    case 'signature':
      return sealForCompanion({ ...signed, accountSignature: randomBytes(signed.accountSignature.length) }, advSecret);
    default:
      return sealForCompanion(signed, advSecret);
  }
}

/** Ends when the companion has countersigned; the server then makes it connect again, now with an identity. */
async function link(phone: Phone, applicant: Applicant, advSecret: Buffer): Promise<LinkOutcome> {
  const { network, person, options } = phone;
  if (options.needsPasskey) {
    applicant.send(passkeyRequest(network.stanzaId()));
    return { refusal: 'passkey_required' };
  }
  const fault = network.faults.take('bad-link', person.phone);
  if (fault?.how === 'refused') {
    applicant.close(failure(401));
    return { refusal: 'network_refused' };
  }
  const { registration } = applicant;
  const companionIdentity = registration.bundle.identity;
  const id = person.nextDeviceId();
  const signed = signCompanion(phone.signal.identity, companionIdentity, id, Math.floor(Date.now() / 1000));
  // Without a name clients never say they are available, and all their receipts stay inactive.
  const jids = { jid: `${person.digits}:${String(id)}@s.whatsapp.net`, lid: `${person.lid}:${String(id)}@lid` };
  const success = node('pair-success', {}, [
    node('device-identity', {}, sealed(signed, advSecret, fault)),
    node('biz', { name: person.name }),
    node('device', jids),
    node('platform', { name: 'android' }),
  ]);
  const reply = await applicant.ask(
    node('iq', { from: SERVER_JID, type: 'set', xmlns: 'md', t: unixSeconds() }, [success]),
  );
  const countersigned = bytesOf(childOf(childOf(reply ?? undefined, 'pair-device-sign'), 'device-identity'));
  if (!countersigned || !isCountersigned(countersigned, signed, companionIdentity)) {
    applicant.close(null);
    return { refusal: 'companion_refused' };
  }
  const device = linkCompanion(network, person, id, registration);
  network.linking.forget(applicant);
  applicant.close(RESTART_REQUIRED);
  return { device };
}
