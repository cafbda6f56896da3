/**
 * The bytes of Signal's group messages: a version byte, a protobuf body and, on messages, a signature over both.
 * Only bytes; the keys and their order belong to `sender-key.ts`.
 */
import protobuf from 'protobufjs/minimal.js';
import { withType } from './curve.ts';

/** High half: version of the message; low half: newest version the writer knows. */
const VERSION_BYTE = 0x33;
export const SIGNATURE_LENGTH = 64;

/** What a sender tells each member's device, once, through the device's own session. */
export interface SenderKeyDistribution {
  readonly id: number;
  readonly iteration: number;
  readonly chainKey: Uint8Array;
  /** 32 bytes; on the wire with Signal's type byte in front. */
  readonly signingKey: Uint8Array;
}

export interface SenderKeyMessage {
  readonly id: number;
  readonly iteration: number;
  readonly ciphertext: Uint8Array;
}

export function encodeDistribution(distribution: SenderKeyDistribution): Buffer {
  const writer = protobuf.Writer.create();
  writer.uint32(0x08).uint32(distribution.id);
  writer.uint32(0x10).uint32(distribution.iteration);
  writer.uint32(0x1a).bytes(distribution.chainKey);
  writer.uint32(0x22).bytes(withType(distribution.signingKey));
  return Buffer.concat([Buffer.of(VERSION_BYTE), writer.finish()]);
}

/** @returns null when the bytes are not a distribution a member could use. */
export function decodeDistribution(bytes: Uint8Array): SenderKeyDistribution | null {
  const fields = readFields(bytes);
  if (fields === null) return null;
  const chainKey = fields.bytes.get(3);
  const signingKey = fields.bytes.get(4);
  if (chainKey?.length !== 32 || signingKey?.length !== 33 || signingKey[0] !== 5) return null;
  return {
    id: fields.numbers.get(1) ?? 0,
    iteration: fields.numbers.get(2) ?? 0,
    chainKey,
    signingKey: signingKey.subarray(1),
  };
}

/** The part of a message that its signature covers. */
export function encodeUnsigned(message: SenderKeyMessage): Buffer {
  const writer = protobuf.Writer.create();
  writer.uint32(0x08).uint32(message.id);
  writer.uint32(0x10).uint32(message.iteration);
  writer.uint32(0x1a).bytes(message.ciphertext);
  return Buffer.concat([Buffer.of(VERSION_BYTE), writer.finish()]);
}

export interface SignedSenderKeyMessage extends SenderKeyMessage {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** @returns null when the bytes are not a group message. */
export function decodeSigned(bytes: Uint8Array): SignedSenderKeyMessage | null {
  const signed = bytes.subarray(0, -SIGNATURE_LENGTH);
  const fields = readFields(signed);
  const ciphertext = fields?.bytes.get(3);
  if (fields === null || ciphertext === undefined) return null;
  return {
    id: fields.numbers.get(1) ?? 0,
    iteration: fields.numbers.get(2) ?? 0,
    ciphertext,
    signed,
    signature: bytes.subarray(-SIGNATURE_LENGTH),
  };
}

interface Fields {
  readonly numbers: ReadonlyMap<number, number>;
  readonly bytes: ReadonlyMap<number, Buffer>;
}

function readFields(bytes: Uint8Array): Fields | null {
  // Version 3 is the only one WhatsApp uses; a newer "newest known" in the low half is no obstacle.
  if (bytes[0] === undefined || bytes[0] >> 4 !== VERSION_BYTE >> 4) return null;
  const numbers = new Map<number, number>();
  const chunks = new Map<number, Buffer>();
  const reader = protobuf.Reader.create(bytes.subarray(1));
  try {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if ((tag & 7) === 0) numbers.set(tag >>> 3, reader.uint32());
      else if ((tag & 7) === 2) chunks.set(tag >>> 3, Buffer.from(reader.bytes()));
      else reader.skipType(tag & 7);
    }
  } catch {
    return null;
  }
  return { numbers, bytes: chunks };
}
