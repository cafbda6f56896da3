/** "Linked devices" of a phone: scan a QR code, enter a pairing code, and unlink. */
import { el, setText, showItems } from './dom.js';

/**
 * @param {{back: () => void, scan: (qr: string) => Promise<boolean>, enterCode: (code: string) => Promise<boolean>,
 *   unlink: (device: number) => void}} phone
 */
export function makeDevicesView(phone) {
  const list = el('ul', { class: 'devices', 'aria-label': 'Linked devices' });
  const nothing = el('p', { class: 'muted' }, 'No linked devices.');
  const qr = el('textarea', { rows: '3', required: true, spellcheck: 'false', autocomplete: 'off' });
  const code = el('input', { required: true, maxlength: '9', autocomplete: 'off', spellcheck: 'false', class: 'code' });
  const scanForm = linkForm('Text of the QR code', qr, 'Scan', phone.scan);
  const codeForm = linkForm('Pairing code', code, 'Enter code', (text) => phone.enterCode(text.replaceAll('-', '')));
  if ('BarcodeDetector' in window) scanForm.append(pictureInput(qr));
  const back = el(
    'button',
    { type: 'button', class: 'quiet', 'aria-label': 'Back to chats', onclick: phone.back },
    '‹',
  );
  const head = el('div', { class: 'thread-head' }, back, el('strong', {}, 'Linked devices'));
  return {
    element: el(
      'div',
      { class: 'screen' },
      head,
      el('div', { class: 'scrolls padded' }, nothing, list, scanForm, codeForm),
    ),
    focus: () => qr.focus(),
    update(companions) {
      nothing.hidden = companions.length > 0;
      showItems(
        list,
        companions,
        ({ device }) => String(device),
        ({ device }) =>
          el(
            'li',
            {},
            el('span', { class: 'dot' }),
            el('span', { class: 'grow' }),
            el('button', { type: 'button', class: 'danger', onclick: () => phone.unlink(device) }, 'Unlink'),
          ),
        (item, { device, isOnline }) => {
          item.querySelector('.dot').classList.toggle('online', isOnline);
          setText(item.querySelector('.grow'), `Device ${String(device)} · ${isOnline ? 'connected' : 'away'}`);
        },
      );
    },
  };
}

function linkForm(label, input, action, submit) {
  const button = el('button', { class: 'primary' }, action);
  const form = el('form', { class: 'link' }, el('label', {}, label, input), button);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    if (await submit(input.value.trim())) input.value = '';
    button.disabled = false;
  });
  return form;
}

/** Where the browser can read barcodes, a screenshot of the QR code does as well as its text. */
function pictureInput(qr) {
  const file = el('input', { type: 'file', accept: 'image/*' });
  file.addEventListener('change', async () => {
    const picture = file.files?.[0];
    file.value = '';
    if (picture === undefined) return;
    const detector = new window.BarcodeDetector({ formats: ['qr_code'] });
    const [found] = await detector.detect(await createImageBitmap(picture)).catch(() => []);
    qr.value = found?.rawValue ?? '';
    qr.setCustomValidity(found === undefined ? 'There is no QR code in this picture.' : '');
    qr.reportValidity();
    qr.setCustomValidity('');
  });
  return el('label', {}, 'or a picture of it', file);
}
