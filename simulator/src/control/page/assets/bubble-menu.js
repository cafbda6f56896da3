/** What a person can do with one message on the screen: react, answer it, and with their own, edit and delete it. */
import { el } from './dom.js';

const EMOJI = ['👍', '❤️', '😂', '😮', '🙏'];

/**
 * @param {{react: (id: string, emoji: string) => void, remove: (id: string) => void}} phone
 * @param {{answer: (message: any) => void, edit: (message: any) => void}} composer
 * @param {() => any} current the message as it is now
 * @returns {HTMLElement[]} the button that opens the menu, and the menu
 */
export function makeBubbleMenu(phone, composer, current) {
  const menu = el('div', { class: 'reactions-menu', hidden: true, role: 'group', 'aria-label': 'What to do with it' });
  const toggle = el(
    'button',
    { type: 'button', class: 'quiet react', 'aria-label': 'React, answer, change', 'aria-expanded': 'false' },
    '☺',
  );
  const show = (isOpen) => {
    if (isOpen) fill();
    menu.hidden = !isOpen;
    toggle.setAttribute('aria-expanded', String(isOpen));
  };
  const choice = (label, meaning, act) => {
    const choose = () => {
      show(false);
      toggle.focus();
      act();
    };
    return el(
      'button',
      { type: 'button', class: 'quiet', 'aria-label': meaning, title: meaning, onclick: choose },
      label,
    );
  };
  const fill = () => {
    const message = current();
    const { id } = message;
    const own = [
      choice('✎', 'Edit', () => composer.edit(message)),
      choice('🗑', 'Delete for everyone', () => phone.remove(id)),
    ];
    menu.replaceChildren(
      ...EMOJI.map((emoji) => choice(emoji, `React with ${emoji}`, () => phone.react(id, emoji))),
      choice('⊘', 'Take my reaction back', () => phone.react(id, '')),
      choice('↩', 'Answer', () => composer.answer(message)),
      ...(message.fromMe ? own : []),
    );
  };
  toggle.addEventListener('click', () => show(menu.hidden));
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    show(false);
    toggle.focus();
  });
  return [toggle, menu];
}
