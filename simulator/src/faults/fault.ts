/** The ways the network can be told to misbehave, as the control API takes them and as the page offers them. */
import { z } from 'zod';

/** What a fault and its settings are called where a person chooses them. */
export interface FaultWords {
  /** Of a fault: what it does. */
  readonly explains?: string;
  /** Of a setting: what it is. */
  readonly label?: string;
  /** Of a setting: what its values mean, where they do not say so themselves; `''` is for none. */
  readonly choices?: Readonly<Record<string, string>>;
  /** Of a setting without a default: a value to begin with. */
  readonly suggested?: string | number;
}

export const faultWords = z.registry<FaultWords>();

/** How often a fault strikes; `null` until it is cleared. */
const TIMES = { label: 'How often (empty: until cleared)' };
const once = z.int().positive().nullable().default(1).register(faultWords, TIMES);
const untilCleared = z.int().positive().nullable().default(null).register(faultWords, TIMES);

/** `to` the account's companions or `from` them. */
const directionSchema = z.enum(['to', 'from', 'both']).register(faultWords, {
  label: 'Direction',
  choices: { to: 'to the account', from: 'from the account', both: 'both ways' },
});
const stanzaSchema = z
  .enum(['message', 'receipt', 'ack', 'notification', 'any'])
  .register(faultWords, { label: 'Stanzas' });
const account = z.string();
/** At these the network does not know yet who is calling, so they strike whoever comes next. */
const anyone = z.string().nullable().default(null);

/** 418 and 501 stand for the codes that clients know nothing of. */
export const CLOSE_CODES = [401, 402, 403, 405, 406, 408, 409, 411, 418, 428, 440, 500, 501, 503, 515] as const;
const closeCodeSchema = z.literal(CLOSE_CODES).register(faultWords, {
  label: 'Close code',
  choices: {
    401: '401 logged out',
    402: '402 banned for a time',
    403: '403 banned',
    405: '405 client outdated',
    406: '406 locked',
    408: '408 timed out',
    409: '409 client refused',
    411: '411 multi-device mismatch',
    418: '418, which nobody knows',
    428: '428 connection closed',
    440: '440 replaced',
    500: '500 bad session',
    501: '501, which nobody knows',
    503: '503 unavailable',
    515: '515 restart required',
  },
});
export type CloseCode = z.infer<typeof closeCodeSchema>;

export const faultSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('close'), account, code: closeCodeSchema, times: once })
    .register(faultWords, { explains: 'Closes the connection the way that Baileys reports this code.' }),
  z
    .strictObject({
      kind: z.literal('drop'),
      account,
      direction: directionSchema.default('both'),
      stanza: stanzaSchema.default('message'),
      times: once,
    })
    .register(faultWords, { explains: 'Loses the next stanzas.' }),
  z
    .strictObject({
      kind: z.literal('delay'),
      account,
      ms: z.int().min(1).max(600_000).register(faultWords, { label: 'Delay in milliseconds', suggested: 2_000 }),
      direction: directionSchema.default('both'),
      stanza: stanzaSchema.default('any'),
      times: untilCleared,
    })
    .register(faultWords, { explains: 'Delivers each stanza late.' }),
  z
    .strictObject({
      kind: z.literal('duplicate'),
      account,
      /** `same`: the ciphertext comes twice; `reencrypted`: the sender encrypts it again under the same id. */
      variant: z
        .enum(['same', 'reencrypted'])
        .default('same')
        .register(faultWords, {
          label: 'Second copy',
          choices: { same: 'the same ciphertext', reencrypted: 'encrypted again, same id' },
        }),
      times: once,
    })
    .register(faultWords, { explains: 'Delivers the next messages to the account twice.' }),
  z
    .strictObject({
      kind: z.literal('reorder'),
      account,
      /** A message held back goes out behind the next one, or after this long. */
      holdMs: z
        .int()
        .min(1)
        .max(60_000)
        .default(2000)
        .register(faultWords, { label: 'Held back for at most (milliseconds)' }),
      times: once,
    })
    .register(faultWords, { explains: 'Delivers the next message to the account behind the one after it.' }),
  z
    .strictObject({ kind: z.literal('swallow-ack'), account, times: once })
    .register(faultWords, { explains: 'Takes the next messages, delivers them, and never says so.' }),
  z
    .strictObject({
      kind: z.literal('error-ack'),
      account,
      code: z.int().min(400).max(599).register(faultWords, { label: 'Error code', suggested: 463 }),
      /** Only messages to a person, by this spelling. */
      to: z
        .enum(['pn', 'lid'])
        .nullable()
        .default(null)
        .register(faultWords, {
          label: 'Of messages to',
          choices: { '': 'anybody', pn: 'people by phone number', lid: 'people by LID' },
        }),
      times: once,
    })
    .register(faultWords, { explains: 'Refuses the next messages with this code; nobody receives them.' }),
  z
    .strictObject({
      kind: z.literal('mute'),
      account,
      xmlns: z.string().min(1).register(faultWords, { label: 'Kind of query (xmlns)', suggested: 'usync' }),
      /** Of `usync`, only questions for this and nothing else. */
      about: z
        .enum(['contact', 'lid'])
        .nullable()
        .default(null)
        .register(faultWords, {
          label: 'Of usync, only about',
          choices: { '': 'everything', contact: 'contacts', lid: 'LIDs' },
        }),
      times: untilCleared,
    })
    .register(faultWords, { explains: 'Leaves queries of this kind unanswered.' }),
  /** Whoever asks for a person's devices is told of one that is gone; asked for its keys, the network refuses. */
  z
    .strictObject({
      kind: z.literal('ghost'),
      account,
      /** One more companion than there is, or the phone itself. */
      of: z
        .enum(['companion', 'phone'])
        .default('companion')
        .register(faultWords, {
          label: 'Device that is gone',
          choices: { companion: 'one more companion', phone: 'the phone itself' },
        }),
      /** The device, within the answer, or the question as a whole. */
      refused: z
        .enum(['device', 'question'])
        .default('device')
        .register(faultWords, {
          label: 'Who asks for its keys is refused',
          choices: { device: 'that device', question: 'all they asked for' },
        }),
      times: untilCleared,
    })
    .register(faultWords, { explains: 'Tells whoever asks for the devices of the phone of one that is gone.' }),
  /** The link that this phone makes next is not made: the device is sent what proves nothing, or refused with 401. */
  z
    .strictObject({
      kind: z.literal('bad-link'),
      account,
      /** `seal`: sealed by somebody who did not see the code; `signature`: not signed by the phone. */
      how: z.enum(['seal', 'signature', 'refused']).register(faultWords, {
        label: 'What the device gets',
        choices: {
          seal: 'not sealed by who saw the code',
          signature: 'not signed by the phone',
          refused: 'a refusal, 401',
        },
      }),
      times: once,
    })
    .register(faultWords, { explains: 'Spoils the next link that the phone makes.' }),
  z
    .strictObject({ kind: z.literal('no-success'), account, times: once })
    .register(faultWords, { explains: 'Never answers the next logins.' }),
  /** Logins that say they are of an older WhatsApp Web revision than this are refused with 405. */
  z
    .strictObject({
      kind: z.literal('outdated'),
      account,
      below: z.int().positive().register(faultWords, { label: 'Oldest revision taken', suggested: 2_000_000_000 }),
      times: untilCleared,
    })
    .register(faultWords, { explains: 'Refuses logins of an older WhatsApp Web revision with 405.' }),
  /** What waited for a device is delivered, and it is never told that this was all. */
  z
    .strictObject({ kind: z.literal('no-offline-end'), account, times: once })
    .register(faultWords, { explains: 'Never says that what waited was all.' }),
  /** Messages to the account that nobody can decrypt. */
  z
    .strictObject({ kind: z.literal('corrupt'), account, times: once })
    .register(faultWords, { explains: 'Makes the next messages to the account unreadable.' }),
  /** Messages to the account that reach its devices without what they say: only its phone has that. */
  z
    .strictObject({
      kind: z.literal('unavailable'),
      account,
      /** Why, as WhatsApp tells it; mostly it does not. */
      type: z
        .enum(['view_once', 'view_once_unavailable_fanout', 'hosted_unavailable_fanout', 'bot_unavailable_fanout'])
        .nullable()
        .default(null)
        .register(faultWords, { label: 'Why, as WhatsApp tells it', choices: { '': 'it does not' } }),
      times: once,
    })
    .register(faultWords, { explains: 'Delivers the next messages without what they say: only the phone has that.' }),
  /** What the members of a group tell of messages of the account: in the form that names several of them. */
  z
    .strictObject({ kind: z.literal('grouped-receipts'), account, times: untilCleared })
    .register(faultWords, { explains: 'Tells the account what members of a group have in one receipt for several.' }),
  /** A frame that is no frame, at once, on the connections that are open. */
  z
    .strictObject({ kind: z.literal('garbage'), account, times: once })
    .register(faultWords, { explains: 'Sends a frame that nobody can decrypt.' }),
  /** The TCP connection is reset before it becomes a websocket: clients report 408 at once. */
  z.strictObject({ kind: z.literal('upgrade-reset'), account: anyone, times: once }).register(faultWords, {
    explains: 'Resets the next connections before they become WebSockets, whoever makes them.',
  }),
  z
    .strictObject({ kind: z.literal('no-hello'), account: anyone, times: once })
    .register(faultWords, { explains: 'Never answers the handshake of the next connections, whoever makes them.' }),
  z
    .strictObject({
      kind: z.literal('upgrade-status'),
      account: anyone,
      status: z.int().min(400).max(599).register(faultWords, { label: 'HTTP status', suggested: 503 }),
      times: once,
    })
    .register(faultWords, {
      explains: 'Answers the next WebSocket upgrades with this HTTP status, whoever asks.',
    }),
]);

export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault['kind'];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>;
