/** Builds the wire form of what staff send. Pure; one builder per kind of payload. */
import type { Payload } from '@switchboard/contract/payload';
import { proto } from '@whiskeysockets/baileys';

/** Bytes of the secret that lets the recipient's server report a message without reading it. */
export const MESSAGE_SECRET_BYTES = 32;

/**
 * @param messageSecret random; part of what is stored, so that a resend is the same message.
 * @returns the encoded message, before encryption and padding.
 */
export function toWire(payload: Payload, messageSecret: Uint8Array): Uint8Array {
  const message: proto.IMessage = {
    extendedTextMessage: { text: payload.text },
    messageContextInfo: { messageSecret },
  };
  return proto.Message.encode(proto.Message.create(message)).finish();
}

/** Back from what `toWire` built. @throws when the bytes are no message. */
export function decodeBuilt(built: Uint8Array): proto.IMessage {
  return proto.Message.decode(built);
}
