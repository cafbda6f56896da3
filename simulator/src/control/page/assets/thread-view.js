/** One thread on a phone's screen: messages, ticks, reactions, and a box to write in. */
import { makeBubbleMenu } from './bubble-menu.js';
import { makeComposer } from './composer.js';
import { el, setText, showItems } from './dom.js';
import { lineOf, oddityOf, tickOf, timeOf } from './threads.js';

/** So close to the end, a person is reading along and wants to see what comes next. */
const NEAR_END_PX = 60;

/**
 * @param {{name: (peer: string) => string, back: () => void,
 *   send: (text: string, quote?: string) => Promise<boolean>, edit: (id: string, text: string) => Promise<boolean>,
 *   typing: (state: string) => void, react: (id: string, emoji: string) => void, remove: (id: string) => void}} phone
 */
export function makeThreadView(phone) {
  const title = el('strong', { class: 'thread-name' });
  const presence = el('span', { class: 'muted' });
  const log = el('ol', { class: 'log', role: 'log', 'aria-live': 'polite' });
  const scroll = el('div', { class: 'scrolls' }, log);
  const back = el(
    'button',
    { type: 'button', class: 'quiet', 'aria-label': 'Back to chats', onclick: phone.back },
    '‹',
  );
  const composer = makeComposer(phone);
  const head = el('div', { class: 'thread-head' }, back, el('div', {}, title, presence));
  return {
    element: el('div', { class: 'screen' }, head, scroll, composer),
    focus: composer.focus,
    clear: () => log.replaceChildren(),
    update(peer, messages, presenceText) {
      const follows =
        scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX || log.childElementCount === 0;
      setText(title, phone.name(peer));
      setText(presence, presenceText);
      log.setAttribute('aria-label', `Messages with ${phone.name(peer)}`);
      const countBefore = log.childElementCount;
      showItems(
        log,
        messages,
        keyOf,
        (message) => makeBubble(phone, composer, message),
        (item, message) => updateBubble(phone, item, message),
      );
      if (follows && log.childElementCount !== countBefore) scroll.scrollTop = scroll.scrollHeight;
    },
  };
}

function keyOf(message) {
  return `${message.fromMe ? 'out' : 'in'} ${message.from} ${message.id}`;
}

function makeBubble(phone, composer, message) {
  let shown = message;
  const foot = el(
    'span',
    { class: 'foot muted' },
    el('span', { class: 'edited' }, 'edited'),
    el('time', {}, timeOf(message)),
    el('span', { class: 'tick' }),
  );
  const bubble = el(
    'div',
    { class: 'bubble' },
    el('span', { class: 'sender' }),
    el('blockquote', { class: 'quote muted', dir: 'auto', hidden: true }),
    el('span', { class: 'text', dir: 'auto' }),
    el('span', { class: 'odd' }),
    foot,
    el('span', { class: 'reactions' }),
  );
  const item = el(
    'li',
    { class: message.fromMe ? 'mine' : 'theirs' },
    bubble,
    ...makeBubbleMenu(phone, composer, () => shown),
  );
  // Kept with the item: the list hands over each message anew.
  item.take = (next) => {
    shown = next;
  };
  return item;
}

function updateBubble(phone, item, message) {
  const sender = item.querySelector('.sender');
  sender.hidden = message.fromMe || !message.group;
  setText(sender, phone.name(message.from));
  item.take(message);
  const quote = item.querySelector('.quote');
  quote.hidden = message.quotedId === null || message.isRevoked;
  setText(quote, message.quotedText ?? '…');
  item.querySelector('.text').classList.toggle('muted', message.isRevoked);
  setText(item.querySelector('.text'), lineOf(message));
  setText(item.querySelector('.odd'), oddityOf(message));
  setText(item.querySelector('.reactions'), (message.reactions ?? []).map(({ emoji }) => emoji).join(' '));
  item.querySelector('.edited').hidden = !message.isEdited || message.isRevoked;
  const tick = item.querySelector('.tick');
  tick.hidden = !message.fromMe;
  if (!message.fromMe) return;
  const [mark, meaning] = tickOf(message);
  setText(tick, mark);
  tick.classList.toggle('read', message.status === 'read');
  tick.setAttribute('role', 'img');
  tick.setAttribute('aria-label', meaning);
}
