/** What follows the handshake: a known companion logs in, an unknown device is offered QR codes. */
import { sha256 } from '../wire/crypto.ts';
import type { ClientFinish } from '../wire/noise.ts';
import { MalformedStanza, node, uintOf } from '../wire/node-reading.ts';
import { lidJid, SERVER_JID } from '../wire/jid.ts';
import { closingOf, endLink, failure, isLoginRefusal, REPLACED, type LoginRefusal } from './closing.ts';
import type { Connection } from './connection.ts';
import type { Device } from './device.ts';
import type { Registration } from './linking-desk.ts';
import { unixSeconds, type Network } from './network.ts';

export function admit(connection: Connection, finish: ClientFinish): void {
  const { payload, clientStatic } = finish;
  if (payload.devicePairingData) {
    offerLink(connection, registrationOf(payload.devicePairingData, clientStatic));
    return;
  }
  const device = deviceOf(connection.network, payload.username, payload.device);
  if (!device?.noiseKey?.equals(clientStatic)) {
    refuse(connection, 401);
    return;
  }
  logIn(connection, device, payload.userAgent?.appVersion?.tertiary ?? 0);
}

function deviceOf(network: Network, username: unknown, deviceId: number | null | undefined): Device | null {
  const person = network.personOfPhone(String(username));
  return person?.devices.get(deviceId ?? 0) ?? null;
}

/** Clients put this in front of their next hello, so that a balancer finds them a near server. */
function routingInfo(device: Device): Buffer {
  return sha256(Buffer.from(device.jid('lid'))).subarray(0, 8);
}

function refuse(connection: Connection, reason: LoginRefusal): void {
  connection.network.stats.refusedLogins += 1;
  connection.close(failure(reason));
}

/** @param revision of WhatsApp Web that the client says it is. */
function logIn(connection: Connection, device: Device, revision: number): void {
  const { network } = connection;
  const { person } = device;
  connection.becomeCompanion(device);
  const close = network.faults.take('close', person.phone);
  if (close) {
    if (close.code === 401 || isLoginRefusal(close.code)) refuse(connection, close.code);
    else endLink(connection, closingOf(close.code));
    return;
  }
  if (network.faults.take('outdated', person.phone, ({ below }) => revision < below)) {
    refuse(connection, 405);
    return;
  }
  if (network.faults.take('no-success', person.phone)) return;
  device.link?.close(REPLACED);
  device.attach(connection);
  network.stats.loggedIn(person.phone);
  const success = { t: unixSeconds(), props: '27', location: 'sim', lid: lidJid(person.lid, device.id) };
  connection.send(node('success', { ...success, display_name: person.name }));
  connection.send(node('ib', {}, [node('edge_routing', {}, [node('routing_info', {}, routingInfo(device))])]));
}

type PairingBytes = Partial<Record<'eRegid' | 'eIdent' | 'eSkeyId' | 'eSkeyVal' | 'eSkeySig', Uint8Array | null>>;

function registrationOf(pairing: PairingBytes, noiseKey: Buffer): Registration {
  const { eRegid, eIdent, eSkeyId, eSkeyVal, eSkeySig } = pairing;
  if (!eRegid || !eIdent || !eSkeyId || !eSkeyVal || !eSkeySig)
    throw new MalformedStanza('registration without its keys');
  return {
    noiseKey,
    bundle: {
      registrationId: uintOf(eRegid),
      identity: Buffer.from(eIdent),
      signedPreKey: { id: uintOf(eSkeyId), publicKey: Buffer.from(eSkeyVal), signature: Buffer.from(eSkeySig) },
      preKey: null,
    },
  };
}

function offerLink(connection: Connection, registration: Registration): void {
  const { network } = connection;
  const refs = network.linking.issueRefs(connection.becomeApplicant(registration));
  const pairDevice = node(
    'pair-device',
    {},
    refs.map((ref) => node('ref', {}, Buffer.from(ref))),
  );
  connection.send(node('iq', { from: SERVER_JID, type: 'set', id: network.stanzaId(), xmlns: 'md' }, [pairDevice]));
}
