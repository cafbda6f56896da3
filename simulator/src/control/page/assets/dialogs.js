/** The page's dialogs: opening, closing, and sending what was filled in. */
import { api } from './api.js';
import { el } from './dom.js';
import { makeFaultForm } from './fault-form.js';
import { showFigures } from './figures.js';
import { notify, showProblem } from './notices.js';

const FIGURES_EVERY_MS = 1000;

/**
 * @param {{phones: () => any[], name: (peer: string) => string, refresh: () => void}} shelf
 */
export function setUpDialogs(shelf) {
  const preparations = {
    'add-phone': () => undefined,
    'add-group': (dialog) => fillGroupForm(dialog, shelf),
    faults: makeFaultForm(document.getElementById('faults'), shelf),
    stats: followFigures,
    reset: () => undefined,
  };
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.querySelector('[data-closes]').addEventListener('click', () => dialog.close());
  }
  for (const button of document.querySelectorAll('[data-opens]')) {
    button.addEventListener('click', () => {
      const dialog = document.getElementById(button.dataset.opens);
      showProblem(dialog, null);
      preparations[button.dataset.opens](dialog);
      dialog.showModal();
    });
  }
  onFilled('add-phone', shelf, async (fields) => {
    await api.addPhone(phoneOf(fields));
  });
  onFilled('add-group', shelf, async (fields) => {
    const participants = fields.getAll('member').filter((phone) => phone !== fields.get('owner'));
    await api.addGroup({ subject: fields.get('subject'), owner: fields.get('owner'), participants });
  });
  onFilled('reset', shelf, async () => {
    await api.reset();
    notify('The network is empty again.');
  });
}

function phoneOf(fields) {
  const input = { phone: fields.get('phone').replace(/[^\d+]/g, '') };
  const name = fields.get('name').trim();
  const replyDelayMs = fields.get('replyDelayMs');
  if (name !== '') input.name = name;
  if (replyDelayMs !== '') input.replyDelayMs = Number(replyDelayMs);
  return input;
}

function onFilled(id, shelf, submit) {
  const dialog = document.getElementById(id);
  const form = dialog.querySelector('form');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      await submit(new FormData(form));
    } catch (error) {
      showProblem(dialog, error.message);
      return;
    }
    form.reset();
    dialog.close();
    shelf.refresh();
  });
}

function fillGroupForm(dialog, shelf) {
  const phones = shelf.phones().map(({ phone }) => phone);
  dialog
    .querySelector('select')
    .replaceChildren(...phones.map((phone) => el('option', { value: phone }, shelf.name(phone))));
  dialog
    .querySelector('[data-members]')
    .replaceChildren(
      ...phones.map((phone) =>
        el(
          'label',
          {},
          el('input', { type: 'checkbox', name: 'member', value: phone, checked: true }),
          shelf.name(phone),
        ),
      ),
    );
}

/** Figures move while one looks at them. */
function followFigures(dialog) {
  const target = dialog.querySelector('[data-figures]');
  const show = async () => {
    try {
      showFigures(target, await api.stats());
    } catch (error) {
      target.textContent = error.message;
    }
    if (dialog.open) setTimeout(show, FIGURES_EVERY_MS);
  };
  void show();
}
