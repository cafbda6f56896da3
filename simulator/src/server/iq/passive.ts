/** `passive`: the client is ready for its traffic. What waited goes out, then how much that was. */
import { childOf, node } from '../../wire/node-reading.ts';
import type { Answer, Question } from './question.ts';

export function answerPassive({ device, stanza }: Question): Answer {
  if (!childOf(stanza, 'active')) return {};
  return {
    afterwards: () => {
      const { backlog, isFirst } = device.activate();
      device.sendNow(node('ib', {}, [node('offline', { count: String(backlog) })]));
      if (isFirst) device.person.onCompanionReady?.(device);
    },
  };
}
