/** Calls, as far as a companion hears of them that takes none: one rings, and nobody answers it. */
import { randomBytes } from 'node:crypto';
import type { AddressingMode } from '../wire/jid.ts';
import { node } from '../wire/node-reading.ts';
import type { Person } from './device.ts';
import { unixSeconds, type Network } from './network.ts';

/** Calls `callee`, who does not answer. @returns the id of the call. */
export function callInVain(network: Network, caller: Person, callee: Person, mode: AddressingMode): string {
  const callId = randomBytes(16).toString('hex').toUpperCase();
  const call = { 'call-id': callId, 'call-creator': caller.jid(mode) };
  const steps = [
    node('offer', { ...call, caller_pn: caller.jid('pn') }, [node('audio', { enc: 'opus', rate: '16000' })]),
    node('terminate', { ...call, reason: 'timeout' }),
  ];
  for (const step of steps) {
    const attrs = { id: network.stanzaId(), from: caller.jid(mode), t: unixSeconds(), notify: caller.name };
    for (const companion of callee.companions) companion.deliver(node('call', attrs, [step]));
  }
  return callId;
}
