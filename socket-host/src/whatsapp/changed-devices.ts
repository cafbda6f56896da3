/**
 * Forgets which devices a person has when WhatsApp says that they changed: the next send asks again. The library corrects only what
 * it knows under the spelling a changed device is named by, which is the number's, while messages go by LID; and it does not listen
 * when the devices are our own.
 */
import type { BinaryNode } from '@whiskeysockets/baileys';
import { forgetDevices, type RecipientDependencies } from './recipient.ts';

function childrenOf({ content }: BinaryNode): readonly BinaryNode[] {
  return Array.isArray(content) ? content : [];
}

/** Every jid by which a notification names those whose devices changed: others’ are told as a change, our own as the list they are now. */
export function jidsChangedBy(node: BinaryNode): string[] {
  const { type } = node.attrs;
  const isChange = (tag: string): boolean => type === 'devices' || (type === 'account_sync' && tag === 'devices');
  const changes = childrenOf(node).filter(({ tag }) => isChange(tag));
  if (changes.length === 0) return [];
  return [node, ...changes.flatMap(childrenOf)].flatMap(({ attrs: { from, jid, lid } }) =>
    [from, jid, lid].filter((named) => named !== undefined),
  );
}

/** @param otherSpelling the LID of a number, the number of a LID, as far as it is known. */
export function forgetChangedDevices(
  { sock, memory }: Pick<RecipientDependencies, 'sock' | 'memory'>,
  otherSpelling: (jid: string) => string | null,
): void {
  sock.ws.on('CB:notification', (node: BinaryNode) => {
    const named = jidsChangedBy(node);
    const ourselves = node.attrs['type'] === 'account_sync' && named.length > 0 ? [sock.user?.id, sock.user?.lid] : [];
    for (const jid of [...named, ...named.map(otherSpelling), ...ourselves])
      if (jid) void forgetDevices({ memory }, jid);
  });
}
