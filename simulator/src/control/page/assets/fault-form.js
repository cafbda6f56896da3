/** The form that makes the network misbehave for one account. */
import { api } from './api.js';
import { el } from './dom.js';
import { showProblem } from './notices.js';

/** @returns a function that brings the lists up to date before the dialog opens */
export function makeFaultForm(dialog, shelf) {
  const form = dialog.querySelector('form');
  const kind = form.elements.namedItem('kind');
  const account = form.elements.namedItem('account');
  const settings = form.querySelector('[data-settings]');
  /** Each kind with what it does and the settings it takes, as the network has them. */
  let kinds = [];
  const chosen = () => kinds.find((each) => each.kind === kind.value);
  const showKind = () => {
    const { explains, isForAnyone, settings: taken } = chosen();
    form.querySelector('[data-explains]').textContent = explains;
    account.closest('label').hidden = isForAnyone;
    account.disabled = isForAnyone;
    settings.replaceChildren(...taken.map(makeSetting));
  };
  kind.addEventListener('change', showKind);

  const posted = form.querySelector('[data-posted]');
  const showPosted = async () => {
    const { faults } = await api.faults();
    posted.replaceChildren(...(faults.length === 0 ? ['None.'] : faults.map((fault) => el('li', {}, wordsOf(fault)))));
  };
  const loadKinds = async () => {
    if (kinds.length > 0) return;
    ({ kinds } = await api.faultKinds());
    kind.replaceChildren(...kinds.map((each) => el('option', { value: each.kind }, each.kind)));
    showKind();
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
    for (const setting of chosen().settings) fault[setting.name] = valueOf(setting, fields.get(setting.name));
    void change(() => api.injectFault(fault));
  });
  form.querySelector('[data-clears]').addEventListener('click', () => void change(api.clearFaults));
  return () => {
    void change(loadKinds);
    const accounts = shelf.phones().filter(({ companions }) => companions.length > 0);
    const listed = accounts.length > 0 ? accounts : shelf.phones();
    account.replaceChildren(...listed.map(({ phone }) => el('option', { value: phone }, shelf.name(phone))));
  };
}

/** "close 440, for +40…, 2 times": its settings as they were posted. */
function wordsOf({ kind, account, remaining, ...settings }) {
  delete settings.times;
  const limit = remaining === null ? 'until cleared' : `${String(remaining)} more`;
  return [`${kind} ${Object.values(settings).join(' ')}`.trim(), account ?? 'anyone', limit].join(', ');
}

/** Numbers are sent as numbers; what is left empty means that there is none. */
function valueOf({ isNumber }, text) {
  if (text === '') return null;
  return isNumber ? Number(text) : text;
}

function makeSetting({ name, label, value, isNumber, isOptional, min, max, choices }) {
  const input =
    choices === undefined
      ? el('input', { name, type: isNumber ? 'number' : 'text', value, min, max, required: !isOptional })
      : el('select', { name }, ...Object.entries(choices).map(([each, text]) => optionOf(each, text, each === value)));
  return el('label', {}, label, input);
}

function optionOf(value, text, selected) {
  return el('option', { value, selected }, text);
}
