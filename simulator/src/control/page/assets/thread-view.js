/** One thread on a phone's screen: messages, ticks, reactions, and a box to write in. */
import { el, setText, showItems } from './dom.js';
import { lineOf, oddityOf, tickOf, timeOf } from './threads.js';

const EMOJI = ['👍', '❤️', '😂', '😮', '🙏'];
/** Twice this without a key press, and the other side would stop showing "typing". */
const TYPING_EVERY_MS = 4000;
/** So close to the end, a person is reading along and wants to see what comes next. */
const NEAR_END_PX = 60;

/**
 * @param {{name: (peer: string) => string, back: () => void, send: (text: string) => Promise<boolean>,
 *   typing: (state: string) => void, react: (id: string, emoji: string) => void}} phone
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
    focus: () => composer.querySelector('input').focus(),
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
        (message) => makeBubble(phone, message),
        (item, message) => updateBubble(phone, item, message),
      );
      if (follows && log.childElementCount !== countBefore) scroll.scrollTop = scroll.scrollHeight;
    },
  };
}

function keyOf(message) {
  return `${message.fromMe ? 'out' : 'in'} ${message.from} ${message.id}`;
}

function makeComposer(phone) {
  const text = el('input', {
    'aria-label': 'Message',
    placeholder: 'Message',
    autocomplete: 'off',
    maxlength: '65536',
  });
  let typingSentAt = 0;
  text.addEventListener('input', () => {
    if (text.value === '') {
      typingSentAt = 0;
      phone.typing('paused');
    } else if (Date.now() - typingSentAt > TYPING_EVERY_MS) {
      typingSentAt = Date.now();
      phone.typing('composing');
    }
  });
  const form = el('form', { class: 'composer' }, text, el('button', { class: 'primary' }, 'Send'));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const value = text.value;
    if (value.trim() === '') return;
    text.value = '';
    typingSentAt = 0;
    // A refused text comes back into the box, unless the next one is already being written there.
    if (!(await phone.send(value)) && text.value === '') text.value = value;
  });
  return form;
}

function makeBubble(phone, message) {
  const menu = el('div', { class: 'reactions-menu', hidden: true, role: 'group', 'aria-label': 'Reactions' });
  const toggle = el(
    'button',
    { type: 'button', class: 'quiet react', 'aria-label': 'React', 'aria-expanded': 'false' },
    '☺',
  );
  const show = (isOpen) => {
    menu.hidden = !isOpen;
    toggle.setAttribute('aria-expanded', String(isOpen));
  };
  toggle.addEventListener('click', () => show(menu.hidden));
  for (const emoji of EMOJI) {
    const choose = () => {
      show(false);
      toggle.focus();
      phone.react(message.id, emoji);
    };
    menu.append(
      el('button', { type: 'button', class: 'quiet', 'aria-label': `React with ${emoji}`, onclick: choose }, emoji),
    );
  }
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    show(false);
    toggle.focus();
  });
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
    el('span', { class: 'text', dir: 'auto' }),
    el('span', { class: 'odd' }),
    foot,
    el('span', { class: 'reactions' }),
  );
  return el('li', { class: message.fromMe ? 'mine' : 'theirs' }, bubble, toggle, menu);
}

function updateBubble(phone, item, message) {
  const sender = item.querySelector('.sender');
  sender.hidden = message.fromMe || !message.group;
  setText(sender, phone.name(message.from));
  setText(item.querySelector('.text'), lineOf(message));
  setText(item.querySelector('.odd'), oddityOf(message));
  setText(item.querySelector('.reactions'), (message.reactions ?? []).map(({ emoji }) => emoji).join(' '));
  item.querySelector('.edited').hidden = !message.isEdited;
  const tick = item.querySelector('.tick');
  tick.hidden = !message.fromMe;
  if (!message.fromMe) return;
  const [mark, meaning] = tickOf(message);
  setText(tick, mark);
  tick.classList.toggle('read', message.status === 'read');
  tick.setAttribute('role', 'img');
  tick.setAttribute('aria-label', meaning);
}
