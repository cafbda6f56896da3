/**
 * How the server ends a connection so that the client reports a given close code. Those of `LOGIN_REFUSALS` are
 * said to a login; on a running connection they are a plain drop, and the reconnect meets the refusal.
 */
import type { CloseCode } from '../faults/fault.ts';
import { node } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import type { DeviceLink, Person } from './device.ts';
import type { Network } from './network.ts';

export type Closing =
  | { readonly how: 'say'; readonly lastWord: BinaryNode }
  /** The socket just ends. */
  | { readonly how: 'drop' }
  /** Nothing more is sent and the socket stays: the client finds out by its own clock. */
  | { readonly how: 'silence' };

const LOGIN_REFUSALS = [402, 403, 405, 406, 409, 418, 501] as const satisfies readonly CloseCode[];
type RefusalOnly = (typeof LOGIN_REFUSALS)[number];
/** A login can be refused with 401 as well, which is said on running connections too. */
export type LoginRefusal = 401 | RefusalOnly;

export function isLoginRefusal(code: CloseCode): code is RefusalOnly {
  return LOGIN_REFUSALS.some((refusal) => refusal === code);
}

/** The phone took the device off its list. */
export const DEVICE_REMOVED = node('stream:error', { code: '401' }, [node('conflict', { type: 'device_removed' })]);
/** The same device connected somewhere else. */
export const REPLACED = node('stream:error', {}, [node('conflict', { type: 'replaced' })]);
export const RESTART_REQUIRED = node('stream:error', { code: '515' });

/** @param reason WhatsApp's number; a temporary ban also says why and for how long. */
export function failure(reason: LoginRefusal): BinaryNode {
  return node('failure', {
    reason: String(reason),
    location: 'sim',
    ...(reason === 402 && { code: '101', expire: '3600' }),
  });
}

export function closingOf(code: Exclude<CloseCode, RefusalOnly>): Closing {
  switch (code) {
    case 401:
      return { how: 'say', lastWord: DEVICE_REMOVED };
    case 408:
      return { how: 'silence' };
    case 411:
      return { how: 'say', lastWord: node('ib', {}, [node('downgrade_webclient')]) };
    case 428:
      return { how: 'drop' };
    case 440:
      return { how: 'say', lastWord: REPLACED };
    case 500:
      return { how: 'say', lastWord: node('stream:error', {}, [node('xml-not-well-formed')]) };
    case 503:
      return { how: 'say', lastWord: node('stream:error', { code: '503' }) };
    case 515:
      return { how: 'say', lastWord: RESTART_REQUIRED };
  }
}

export function endLink(link: DeviceLink, closing: Closing): void {
  switch (closing.how) {
    case 'say':
      link.close(closing.lastWord);
      return;
    case 'drop':
      link.close(null);
      return;
    case 'silence':
      link.fallSilent();
  }
}

/** Lets a fault that was just set strike the connections that are open. */
export function strikeOpenLinks(network: Network, person: Person): void {
  for (const { link } of person.companions) {
    if (link && network.faults.take('garbage', person.phone)) link.sendGarbage();
    const fault = network.faults.peek('close', person.phone);
    if (!fault || !link) continue;
    if (isLoginRefusal(fault.code)) {
      link.close(null);
      continue;
    }
    network.faults.take('close', person.phone);
    endLink(link, closingOf(fault.code));
  }
}
