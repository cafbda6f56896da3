/** `w:sync:app:state`: no collection has anything new. Each asked for must be echoed, or the client asks for ever. */
import { attrsOf, childOf, childrenOf, node } from '../../wire/node-reading.ts';
import type { Answer, Question } from './question.ts';

export function answerAppState({ stanza }: Question): Answer {
  const asked = childrenOf(childOf(stanza, 'sync'), 'collection');
  const echoed = asked.map(({ attrs: { name, version } }) => node('collection', attrsOf({ name, version })));
  return { content: [node('sync', {}, echoed)] };
}
