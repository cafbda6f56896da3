/** A phone's first screen: its threads, latest first, and a way to write to a new number. */
import { el, setText, showItems } from './dom.js';
import { lineOf, oddityOf, timeOf, unreadOf } from './threads.js';

/**
 * @param {{name: (peer: string) => string, open: (peer: string) => void}} phone
 */
export function makeThreadList(phone) {
  const list = el('ul', { class: 'threads', 'aria-label': 'Chats' });
  const nothing = el('p', { class: 'muted centred' }, 'No messages yet.');
  const number = el('input', {
    type: 'tel',
    placeholder: '+40 712 345 678',
    'aria-label': 'Number to write to',
    required: true,
  });
  const form = el('form', { class: 'composer' }, number, el('button', { class: 'primary' }, 'Write'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const digits = number.value.replace(/[^\d+]/g, '');
    number.value = '';
    phone.open(digits.startsWith('+') ? digits : `+${digits}`);
  });

  const create = ({ peer }) =>
    el(
      'li',
      {},
      el(
        'button',
        { type: 'button', class: 'thread', onclick: () => phone.open(peer) },
        el('strong', { class: 'thread-name' }),
        el('time', { class: 'muted' }),
        el('span', { class: 'thread-line muted' }),
        el('span', { class: 'badge', hidden: true }),
      ),
    );

  return {
    element: el('div', { class: 'screen' }, el('div', { class: 'scrolls' }, nothing, list), form),
    update(threads) {
      nothing.hidden = threads.length > 0;
      showItems(
        list,
        threads,
        ({ peer }) => peer,
        create,
        (item, { peer, messages }) => {
          const last = messages.at(-1);
          const oddities = messages.filter((message) => oddityOf(message) !== '').length;
          setText(item.querySelector('.thread-name'), phone.name(peer));
          setText(item.querySelector('time'), timeOf(last));
          setText(item.querySelector('.thread-line'), (last.fromMe ? 'You: ' : '') + lineOf(last));
          showBadge(item.querySelector('.badge'), unreadOf(messages), oddities);
        },
      );
    },
  };
}

function showBadge(badge, unread, oddities) {
  badge.hidden = unread === 0 && oddities === 0;
  badge.classList.toggle('odd', oddities > 0);
  setText(badge, oddities > 0 ? `⚠ ${String(oddities)}` : String(unread));
  badge.setAttribute(
    'aria-label',
    oddities > 0 ? `${String(oddities)} messages arrived more than once or unreadable` : `${String(unread)} unread`,
  );
}
