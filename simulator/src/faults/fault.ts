/** The ways the network can be told to misbehave, as the control API takes them. */
import { z } from 'zod';

/** How often a fault strikes; `null` until it is cleared. */
const once = z.int().positive().nullable().default(1);
const untilCleared = z.int().positive().nullable().default(null);

/** `to` the account's companions or `from` them. */
const directionSchema = z.enum(['to', 'from', 'both']);
const stanzaSchema = z.enum(['message', 'receipt', 'ack', 'notification', 'any']);
const account = z.string();
/** At these the network does not know yet who is calling, so they strike whoever comes next. */
const anyone = z.string().nullable().default(null);

/** 418 and 501 stand for the codes that clients know nothing of. */
export const CLOSE_CODES = [401, 402, 403, 405, 406, 408, 409, 411, 418, 428, 440, 500, 501, 503, 515] as const;
const closeCodeSchema = z.union(CLOSE_CODES.map((code) => z.literal(code)));
export type CloseCode = z.infer<typeof closeCodeSchema>;

export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('close'), account, code: closeCodeSchema, times: once }),
  z.strictObject({
    kind: z.literal('drop'),
    account,
    direction: directionSchema.default('both'),
    stanza: stanzaSchema.default('message'),
    times: once,
  }),
  z.strictObject({
    kind: z.literal('delay'),
    account,
    ms: z.int().min(1).max(600_000),
    direction: directionSchema.default('both'),
    stanza: stanzaSchema.default('any'),
    times: untilCleared,
  }),
  z.strictObject({
    kind: z.literal('duplicate'),
    account,
    /** `same`: the ciphertext comes twice; `reencrypted`: the sender encrypts it again under the same id. */
    variant: z.enum(['same', 'reencrypted']).default('same'),
    times: once,
  }),
  z.strictObject({
    kind: z.literal('reorder'),
    account,
    /** A message held back goes out behind the next one, or after this long. */
    holdMs: z.int().min(1).max(60_000).default(2000),
    times: once,
  }),
  z.strictObject({ kind: z.literal('swallow-ack'), account, times: once }),
  z.strictObject({
    kind: z.literal('error-ack'),
    account,
    code: z.int().min(400).max(599),
    /** Only messages to a person, by this spelling. */
    to: z.enum(['pn', 'lid']).nullable().default(null),
    times: once,
  }),
  z.strictObject({
    kind: z.literal('mute'),
    account,
    xmlns: z.string().min(1),
    /** Of `usync`, only questions for this and nothing else. */
    about: z.enum(['contact', 'lid']).nullable().default(null),
    times: untilCleared,
  }),
  /** Whoever asks for a person's devices is told of one that is gone; asked for its keys, the network refuses. */
  z.strictObject({
    kind: z.literal('ghost'),
    account,
    /** One more companion than there is, or the phone itself. */
    of: z.enum(['companion', 'phone']).default('companion'),
    /** The device, within the answer, or the question as a whole. */
    refused: z.enum(['device', 'question']).default('device'),
    times: untilCleared,
  }),
  /** The link that this phone makes next is not made: the device is sent what proves nothing, or refused with 401. */
  z.strictObject({
    kind: z.literal('bad-link'),
    account,
    /** `seal`: sealed by somebody who did not see the code; `signature`: not signed by the phone. */
    how: z.enum(['seal', 'signature', 'refused']),
    times: once,
  }),
  z.strictObject({ kind: z.literal('no-success'), account, times: once }),
  /** Logins that say they are of an older WhatsApp Web revision than this are refused with 405. */
  z.strictObject({ kind: z.literal('outdated'), account, below: z.int().positive(), times: untilCleared }),
  /** What waited for a device is delivered, and it is never told that this was all. */
  z.strictObject({ kind: z.literal('no-offline-end'), account, times: once }),
  /** Messages to the account that nobody can decrypt. */
  z.strictObject({ kind: z.literal('corrupt'), account, times: once }),
  /** Messages to the account that reach its devices without what they say: only its phone has that. */
  z.strictObject({ kind: z.literal('unavailable'), account, times: once }),
  /** A frame that is no frame, at once, on the connections that are open. */
  z.strictObject({ kind: z.literal('garbage'), account, times: once }),
  /** The TCP connection is reset before it becomes a websocket: clients report 408 at once. */
  z.strictObject({ kind: z.literal('upgrade-reset'), account: anyone, times: once }),
  z.strictObject({ kind: z.literal('no-hello'), account: anyone, times: once }),
  z.strictObject({
    kind: z.literal('upgrade-status'),
    account: anyone,
    status: z.int().min(400).max(599),
    times: once,
  }),
]);

export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault['kind'];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>;
