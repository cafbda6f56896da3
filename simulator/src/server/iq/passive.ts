/** `passive`: the client is ready for its traffic. What waited goes out, then how much that was. */
import { childOf, node } from '../../wire/node-reading.ts';
import type { Answer, Question } from './question.ts';

export function answerPassive({ network, device, stanza }: Question): Answer {
  if (!childOf(stanza, 'active')) return {};
  return {
    afterwards: () => {
      const { backlog, isFirst } = device.activate();
      if (!network.faults.take('no-offline-end', device.person.phone))
        device.sendNow(node('ib', {}, [node('offline', { count: String(backlog) })]));
      if (isFirst) device.person.onCompanionReady?.(device);
    },
  };
}
