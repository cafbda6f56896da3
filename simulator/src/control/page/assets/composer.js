/** The box a person writes in: a message, an answer to one, or other words for one of theirs. */
import { el, setText } from './dom.js';
import { lineOf } from './threads.js';

/** Twice this without a key press, and the other side would stop showing "typing". */
const TYPING_EVERY_MS = 4000;

/**
 * @param {{send: (text: string, quote?: string) => Promise<boolean>, edit: (id: string, text: string) => Promise<boolean>,
 *   typing: (state: string) => void}} phone
 */
export function makeComposer(phone) {
  const text = el('input', {
    'aria-label': 'Message',
    placeholder: 'Message',
    autocomplete: 'off',
    maxlength: '65536',
  });
  /** What is being written about, and how: `answer` or `edit`. */
  let about = null;
  const aboutText = el('span', {});
  const cancel = el('button', { type: 'button', class: 'quiet', 'aria-label': 'Write a new message' }, '✕');
  const strip = el('div', { class: 'about muted', hidden: true }, aboutText, cancel);
  const setAbout = (next) => {
    about = next;
    strip.hidden = next === null;
    if (next) setText(aboutText, `${next.is === 'edit' ? 'Editing' : 'Answering'}: ${lineOf(next.message)}`);
    text.focus();
  };
  cancel.addEventListener('click', () => {
    if (about?.is === 'edit') text.value = '';
    setAbout(null);
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
  const line = el('form', { class: 'composer' }, text, el('button', { class: 'primary' }, 'Send'));
  line.addEventListener('submit', async (event) => {
    event.preventDefault();
    const value = text.value;
    if (value.trim() === '') return;
    const meant = about;
    text.value = '';
    setAbout(null);
    typingSentAt = 0;
    const isDone =
      meant?.is === 'edit' ? await phone.edit(meant.message.id, value) : await phone.send(value, meant?.message.id);
    // A refused text comes back into the box, unless the next one is already being written there.
    if (!isDone && text.value === '') text.value = value;
  });
  return {
    element: el('div', {}, strip, line),
    focus: () => text.focus(),
    answer: (message) => setAbout({ is: 'answer', message }),
    edit(message) {
      text.value = message.text ?? '';
      setAbout({ is: 'edit', message });
    },
  };
}
