/** What the person who holds a phone can do with it. A refusal is shown to them. */
import { api } from './api.js';
import { attempt, notify } from './notices.js';
import { unreadOf } from './threads.js';

const PRESENCES = { composing: 'typing…', recording: 'recording…' };

/**
 * @param {{phone: string, peer: string | null, record: any}} card
 * @param {{name: (peer: string) => string, refresh: () => void}} shelf
 */
export function makePerson(card, shelf) {
  const { phone } = card;
  const after = async (action) => {
    const isDone = await attempt(action);
    shelf.refresh();
    return isDone;
  };
  const isGroup = () => card.peer.endsWith('@g.us');
  return {
    name: shelf.name,
    setOnline: (isOnline) => after(() => api.setOnline(phone, isOnline)),
    unlink: (device) => after(() => api.unlink(phone, device)),
    scan: (qr) =>
      after(async () => {
        await api.scan(phone, qr);
        notify(`${phone} linked a device.`);
      }),
    enterCode: (code) =>
      after(async () => {
        await api.enterCode(phone, code);
        notify(`${phone} linked a device.`);
      }),
    send: (text, quote) =>
      after(() =>
        isGroup() ? api.sendToGroup(card.peer, phone, { text, quote }) : api.sendText(phone, card.peer, text, quote),
      ),
    edit: (id, text) =>
      after(() =>
        isGroup() ? api.sendToGroup(card.peer, phone, { edit: { id, text } }) : api.edit(phone, card.peer, id, text),
      ),
    remove: (id) =>
      void after(() =>
        isGroup() ? api.sendToGroup(card.peer, phone, { revoke: { id } }) : api.remove(phone, card.peer, id),
      ),
    typing: (state) => {
      // Nobody in a group is told.
      if (!isGroup()) void attempt(() => api.typing(phone, card.peer, state));
    },
    react: (id, emoji) =>
      void after(() =>
        isGroup()
          ? api.sendToGroup(card.peer, phone, { react: { id, emoji } })
          : api.react(phone, card.peer, id, emoji),
      ),
    presenceOf: (peer) => PRESENCES[card.record.typing[peer]] ?? '',
    /** A person has read what is on the screen in front of them, not what a page in the background received. */
    markRead(messages) {
      if (document.visibilityState !== 'visible' || !card.record.isOnline || unreadOf(messages) === 0) return;
      void attempt(() => api.read(phone, card.peer));
    },
  };
}
