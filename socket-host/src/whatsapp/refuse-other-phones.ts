/**
 * Keeps phones from linking that are not the account's own, before the link is made: WhatsApp delivers to a new link at once what
 * waits for its phone, and a phone that was never answered links nothing.
 */
import { getBinaryNodeChild, S_WHATSAPP_NET, type BinaryNode, type WASocket } from '@whiskeysockets/baileys';
import { inFront } from './in-front.ts';

const PAIRED = 'CB:iq,,pair-success';

/** What other clients answer as well when they do not want a link. Source: whatsmeow, pair.go. */
function refusalOf({ attrs: { id = '' } }: BinaryNode): BinaryNode {
  const error = { tag: 'error', attrs: { code: '500', text: 'internal-error' } };
  return { tag: 'iq', attrs: { to: S_WHATSAPP_NET, type: 'error', id }, content: [error] };
}

/** @param onRefused is to end the connection. The library does not hear of a phone that was refused. */
export function refuseOtherPhones(
  { ws, sendNode }: Pick<WASocket, 'ws' | 'sendNode'>,
  mayLink: (waJid: string) => boolean,
  onRefused: () => void,
): void {
  inFront(ws, PAIRED, (node, passOn) => {
    const device = getBinaryNodeChild(getBinaryNodeChild(node, 'pair-success'), 'device');
    // Without a device the library makes no link either, and says what was missing.
    if (!device || mayLink(device.attrs['jid'] ?? '')) {
      passOn();
      return;
    }
    // On its way before the close that follows; a connection that broke has refused by itself.
    sendNode(refusalOf(node)).catch(() => undefined);
    onRefused();
  });
}
