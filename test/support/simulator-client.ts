/** The simulator's control API, as tests use it: people with phones, and a network that misbehaves on command. */
import { numberIn, objectIn } from '../../scripts/lib/json.ts';
import { stack } from './stack.ts';

/** What a phone shows of one message. */
export interface ShownMessage {
  readonly id: string;
  /** E.164. */
  readonly from: string;
  /** E.164, or a group's jid. */
  readonly to: string;
  readonly fromMe: boolean;
  readonly text: string | null;
  readonly kind: string;
  readonly at: string | number;
  /** How often this id arrived readable; it is displayed once. */
  readonly copies: number;
  /** How often this id arrived and could not be read. */
  readonly undecryptable: number;
  readonly quotedId: string | null;
  readonly quotedText: string | null;
  /** By whom (E.164). */
  readonly reactions: readonly { readonly from: string; readonly emoji: string }[];
  readonly isEdited: boolean;
  readonly isRevoked: boolean;
}

export interface NewPhone {
  readonly phone: string;
  readonly name?: string;
  readonly lid?: string;
  /** Makes it a chatty customer: it reads, types and answers by itself after this long. */
  readonly replyDelayMs?: number;
  /** WhatsApp lets it link devices only with a passkey. */
  readonly needsPasskey?: boolean;
}

/** What a phone can send: a text, a reaction, a kind we cannot show yet, or any message there is in the JSON form of its protobuf. */
export type Sending =
  | { readonly to: string; readonly text: string; readonly quote?: string }
  /** Through the phone's broadcast list, by one of the addresses of those who are on it. */
  | { readonly to: string; readonly text: string; readonly viaList: true; readonly addressing?: 'lid' | 'pn' }
  | { readonly to: string; readonly raw: object }
  | { readonly to: string; readonly react: { readonly id: string; readonly emoji: string } }
  | {
      readonly to: string;
      readonly location: { readonly latitude: number; readonly longitude: number; readonly name?: string };
    };

/** A fault of the network for one account, named by its phone (E.164). Faults at the door may strike whoever comes next: `null`. */
export interface Fault {
  readonly account: string | null;
  readonly kind:
    | 'close'
    | 'drop'
    | 'delay'
    | 'duplicate'
    | 'reorder'
    | 'swallow-ack'
    | 'error-ack'
    | 'upgrade-status'
    | 'upgrade-reset'
    | 'bad-link'
    | 'no-success'
    | 'no-hello'
    | 'mute'
    | 'ghost'
    | 'outdated'
    | 'no-offline-end'
    | 'corrupt'
    | 'unavailable'
    | 'grouped-receipts'
    | 'garbage';
  readonly code?: number;
  readonly times?: number;
  readonly [setting: string]: unknown;
}

/** The counters a test asserts on; there are more. */
export interface Stats {
  /** By account (E.164): how often its devices have logged in. */
  readonly loginsByAccount: Readonly<Record<string, number>>;
  /** By account (E.164): sockets open now. */
  readonly openSockets: Readonly<Record<string, number>>;
  /** By account (E.164): the most that ever were open at once. */
  readonly maxOpenSockets: Readonly<Record<string, number>>;
  /** By account (E.164) and tag: what clients said over connections that had been ended for them, which nobody heard. */
  readonly lateStanzas: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly [counter: string]: unknown;
}

/** An answer of the control API that was no success. */
export class SimulatorError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(call: string, status: number, body: unknown) {
    super(`${call} was answered with ${String(status)}: ${JSON.stringify(body)}`);
    this.name = 'SimulatorError';
    this.status = status;
    this.body = body;
  }
}

async function call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${stack.simulatorUrl()}${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const read: unknown = text === '' ? null : JSON.parse(text);
  if (!answer.ok) throw new SimulatorError(`${method} ${path}`, answer.status, read);
  return read;
}

function phonePath(phone: string, action: string): string {
  return `/phones/${encodeURIComponent(phone)}/${action}`;
}

/** A list in an answer, whether it comes alone or as the one field of an object. */
function listIn(answer: unknown): unknown[] {
  if (Array.isArray(answer)) return answer;
  const lists = Object.values(objectIn(answer, 'the answer')).filter((value) => Array.isArray(value));
  if (lists.length !== 1 || !lists[0]) throw new Error(`no list in ${JSON.stringify(answer)}`);
  return lists[0];
}

export const simulator = {
  /** A phone with WhatsApp on it. */
  addPhone: (phone: NewPhone) => call('POST', '/phones', phone),

  /** The phone scans a QR code shown by an account: the account becomes its companion. Returns when it is linked. */
  scan: (phone: string, qr: string) => call('POST', phonePath(phone, 'scan'), { qr }),

  /** The phone's owner types a pairing code. */
  enterCode: (phone: string, code: string) => call('POST', phonePath(phone, 'enter-code'), { code }),

  /** The phone sends a message; returns its id. */
  send: async (phone: string, sending: Sending): Promise<string> => {
    const { id } = objectIn(await call('POST', phonePath(phone, 'messages'), sending), 'the sent message');
    if (typeof id !== 'string') throw new Error('the simulator named no message id');
    return id;
  },

  /** What the phone shows, newest last; of one conversation when `other` (E.164) is named. */
  messages: async (phone: string, other?: string): Promise<ShownMessage[]> => {
    const query = other === undefined ? '' : `?with=${encodeURIComponent(other)}`;
    // The shape is the control API's, which its own tests hold; a wrong field shows in the assertion that reads it.
    return listIn(await call('GET', `${phonePath(phone, 'messages')}${query}`)) as ShownMessage[];
  },

  /** The phone's owner reads the conversation with `from`: read receipts go out. */
  read: (phone: string, from: string) => call('POST', phonePath(phone, 'read'), { from }),

  /** The phone's owner reacts to a message it shows; an empty `emoji` takes theirs back. */
  react: (phone: string, to: string, id: string, emoji: string) =>
    call('POST', phonePath(phone, 'react'), { to, id, emoji }),

  /** The phone's owner puts other words in place of those of a message of theirs. */
  edit: (phone: string, to: string, id: string, text: string) =>
    call('POST', phonePath(phone, 'edit'), { to, id, text }),

  /** The phone's owner deletes a message of theirs for everyone. */
  delete: (phone: string, to: string, id: string) => call('POST', phonePath(phone, 'delete'), { to, id }),

  /** Who the phone shows as typing to it: by number (E.164), `composing` or `recording`. */
  typingShown: async (phone: string): Promise<Readonly<Record<string, unknown>>> => {
    const view = objectIn(await call('GET', `/phones/${encodeURIComponent(phone)}`), 'the phone');
    return objectIn(view['typing'], 'who is typing');
  },

  /** The phone's owner posts a status update; `to` sees it. Its companions cannot decrypt it. */
  postStatus: (phone: string, to: string, as: 'status' | 'message') =>
    call('POST', phonePath(phone, 'status'), { to, as }),

  /** The phone's owner calls `to` and nobody answers; returns the call's id. */
  callInVain: async (phone: string, to: string): Promise<string> => {
    const { id } = objectIn(await call('POST', phonePath(phone, 'call'), { to }), 'the call');
    if (typeof id !== 'string') throw new Error('the simulator named no call id');
    return id;
  },

  /** The phone's owner changes what all its devices share, as by archiving a chat: its companions are told of it. */
  changeSettings: (phone: string) => call('POST', phonePath(phone, 'settings'), {}),

  typing: (phone: string, to: string) => call('POST', phonePath(phone, 'typing'), { to }),

  offline: (phone: string) => call('POST', phonePath(phone, 'offline'), {}),

  online: (phone: string) => call('POST', phonePath(phone, 'online'), {}),

  /** The phone's owner removes its linked devices. */
  unlink: (phone: string) => call('POST', phonePath(phone, 'unlink'), {}),

  fault: (fault: Fault) => call('POST', '/faults', fault),

  /** Of one account, or all. */
  clearFaults: (account?: string) =>
    call('DELETE', account === undefined ? '/faults' : `/faults?account=${encodeURIComponent(account)}`),

  /** How often the oldest fault of this kind of an account will still strike; `null` when there is none. */
  timesLeft: async (account: string, kind: Fault['kind']): Promise<unknown> => {
    const faults = listIn(await call('GET', '/faults')).map((fault) => objectIn(fault, 'a fault'));
    const found = faults.find((fault) => fault['account'] === account && fault['kind'] === kind);
    return found?.['remaining'] ?? null;
  },

  /** How much the network keeps for the account's companions, because they have not confirmed it yet. */
  waiting: async (account: string): Promise<number> => {
    const { accounts } = await simulator.stats();
    const companions = listIn(accounts).map((companion) => objectIn(companion, 'a companion'));
    return companions
      .filter((companion) => companion['account'] === account)
      .reduce((sum, companion) => sum + numberIn(companion, 'waiting', 'a companion'), 0);
  },

  stats: async (): Promise<Stats> => {
    const stats = objectIn(await call('GET', '/stats'), 'the counters');
    // As above: its fields are the control API's promise.
    return stats as unknown as Stats;
  },

  reset: () => call('POST', '/reset', {}),
} as const;
