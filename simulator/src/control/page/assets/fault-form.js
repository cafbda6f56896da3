/** The form that makes the network misbehave for one account. */
import { api } from './api.js';
import { el } from './dom.js';
import { showProblem } from './notices.js';

const ONCE = { name: 'times', label: 'How often (empty: until cleared)', type: 'number', value: '1', min: '1' };
const UNTIL_CLEARED = { ...ONCE, value: '' };
const DIRECTION = {
  name: 'direction',
  label: 'Direction',
  options: { both: 'both ways', to: 'to the account', from: 'from the account' },
};
const stanzas = (first) => ({
  name: 'stanza',
  label: 'Stanzas',
  options: Object.fromEntries(
    [first, ...['message', 'receipt', 'ack', 'notification', 'any'].filter((kind) => kind !== first)].map((kind) => [
      kind,
      kind,
    ]),
  ),
});
const milliseconds = (name, label) => ({ name, label, type: 'number', value: '2000', min: '1', max: '60000' });

/** Each kind with what it does and the settings it takes. */
const KINDS = {
  close: {
    explains: 'Closes the connection the way that Baileys reports this code.',
    settings: [
      {
        name: 'code',
        label: 'Close code',
        options: {
          401: '401 logged out',
          402: '402 banned for a time',
          403: '403 banned',
          405: '405 client outdated',
          406: '406 locked',
          408: '408 timed out',
          409: '409 client refused',
          411: '411 multi-device mismatch',
          418: '418, which nobody knows',
          428: '428 connection closed',
          440: '440 replaced',
          500: '500 bad session',
          501: '501, which nobody knows',
          503: '503 unavailable',
          515: '515 restart required',
        },
      },
      ONCE,
    ],
  },
  drop: { explains: 'Loses the next stanzas.', settings: [DIRECTION, stanzas('message'), ONCE] },
  delay: {
    explains: 'Delivers each stanza late.',
    settings: [milliseconds('ms', 'Delay in milliseconds'), DIRECTION, stanzas('any'), UNTIL_CLEARED],
  },
  duplicate: {
    explains: 'Delivers the next messages to the account twice.',
    settings: [
      {
        name: 'variant',
        label: 'Second copy',
        options: { same: 'the same ciphertext', reencrypted: 'encrypted again, same id' },
      },
      ONCE,
    ],
  },
  reorder: {
    explains: 'Delivers the next message to the account behind the one after it.',
    settings: [milliseconds('holdMs', 'Held back for at most (milliseconds)'), ONCE],
  },
  'swallow-ack': { explains: 'Takes the next messages, delivers them, and never says so.', settings: [ONCE] },
  'error-ack': {
    explains: 'Refuses the next messages with this code; nobody receives them.',
    settings: [{ name: 'code', label: 'Error code', type: 'number', value: '463', min: '400', max: '599' }, ONCE],
  },
  'upgrade-status': {
    explains: 'Answers the next WebSocket upgrades with this HTTP status.',
    settings: [{ name: 'status', label: 'HTTP status', type: 'number', value: '503', min: '400', max: '599' }, ONCE],
  },
  'no-hello': { explains: 'Never answers the handshake of the next connections.', settings: [ONCE] },
  outdated: {
    explains: 'Refuses logins of an older WhatsApp Web revision with 405.',
    settings: [
      { name: 'below', label: 'Oldest revision taken', type: 'number', value: '2000000000', min: '1' },
      UNTIL_CLEARED,
    ],
  },
  'no-offline-end': { explains: 'Never says that what waited was all.', settings: [ONCE] },
  corrupt: { explains: 'Makes the next messages to the account unreadable.', settings: [ONCE] },
  garbage: { explains: 'Sends a frame that nobody can decrypt.', settings: [ONCE] },
  'no-success': { explains: 'Never answers the next logins.', settings: [ONCE] },
  mute: {
    explains: 'Leaves queries of this kind unanswered.',
    settings: [{ name: 'xmlns', label: 'Kind of query (xmlns)', type: 'text', value: 'usync' }, UNTIL_CLEARED],
  },
};

/** @returns a function that brings the lists up to date before the dialog opens */
export function makeFaultForm(dialog, shelf) {
  const form = dialog.querySelector('form');
  const kind = form.elements.namedItem('kind');
  const settings = form.querySelector('[data-settings]');
  kind.replaceChildren(...Object.keys(KINDS).map((name) => el('option', { value: name }, name)));
  const showKind = () => {
    form.querySelector('[data-explains]').textContent = KINDS[kind.value].explains;
    settings.replaceChildren(...KINDS[kind.value].settings.map(makeSetting));
  };
  kind.addEventListener('change', showKind);
  showKind();

  const posted = form.querySelector('[data-posted]');
  const showPosted = async () => {
    const { faults } = await api.faults();
    posted.replaceChildren(...(faults.length === 0 ? ['None.'] : faults.map((fault) => el('li', {}, wordsOf(fault)))));
  };

  const change = async (action) => {
    showProblem(dialog, null);
    try {
      await action();
      await showPosted();
    } catch (error) {
      showProblem(dialog, error.message);
    }
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const fault = { account: fields.get('account'), kind: kind.value };
    for (const { name } of KINDS[kind.value].settings) fault[name] = valueOf(fields.get(name));
    void change(() => api.injectFault(fault));
  });
  form.querySelector('[data-clears]').addEventListener('click', () => void change(api.clearFaults));
  return () => {
    void change(() => undefined);
    const accounts = shelf.phones().filter(({ companions }) => companions.length > 0);
    const listed = accounts.length > 0 ? accounts : shelf.phones();
    form.elements
      .namedItem('account')
      .replaceChildren(...listed.map(({ phone }) => el('option', { value: phone }, shelf.name(phone))));
  };
}

/** "close 440, for +40…, 2 times": its settings as they were posted. */
function wordsOf({ kind, account, remaining, ...settings }) {
  delete settings.times;
  const limit = remaining === null ? 'until cleared' : `${String(remaining)} more`;
  return [`${kind} ${Object.values(settings).join(' ')}`.trim(), account ?? 'anyone', limit].join(', ');
}

/** Numbers are sent as numbers; an empty field means "no limit". */
function valueOf(text) {
  if (text === '') return null;
  return /^\d+$/.test(text) ? Number(text) : text;
}

function makeSetting({ name, label, options, ...attributes }) {
  const input =
    options === undefined
      ? el('input', { name, required: name !== 'times', ...attributes })
      : el('select', { name }, ...Object.entries(options).map(([value, text]) => el('option', { value }, text)));
  return el('label', {}, label, input);
}
