/** One phone on the shelf: its head, and which of its screens it shows. */
import { makeDevicesView } from './devices-view.js';
import { el, setText } from './dom.js';
import { makePerson } from './person.js';
import { makeThreadList } from './thread-list.js';
import { makeThreadView } from './thread-view.js';
import { threadsOf } from './threads.js';

/**
 * @param {string} phone its number, E.164
 * @param {{name: (peer: string) => string, refresh: () => void}} shelf
 */
export function makePhoneCard(phone, shelf) {
  const card = { phone, record: null, threads: [], peer: null };
  const person = {
    ...makePerson(card, shelf),
    open: (peer) => {
      card.peer = peer;
      views.thread.clear();
      show('thread');
    },
    back: () => {
      card.peer = null;
      show('list');
    },
  };
  const views = {
    list: makeThreadList(person),
    thread: makeThreadView(person),
    devices: makeDevicesView(person),
  };
  const head = makeHead(phone, {
    devices: () => show('devices'),
    toggleOnline: () => person.setOnline(!card.record.isOnline),
  });
  const offline = el('p', { class: 'offline', hidden: true }, 'Offline: what people send waits on the server.');
  const screen = el('div', { class: 'phone-screen' });
  const element = el('li', { class: 'phone', 'aria-label': phone }, head.element, offline, screen);

  let shown = 'list';
  function show(view) {
    shown = view;
    screen.replaceChildren(views[view].element);
    render();
    views[view].focus?.();
  }
  function render() {
    if (card.record === null) return;
    head.update(card.record);
    offline.hidden = card.record.isOnline;
    if (shown === 'list') views.list.update(card.threads);
    if (shown === 'devices') views.devices.update(card.record.companions);
    if (shown === 'thread') {
      const messages = card.threads.find(({ peer }) => peer === card.peer)?.messages ?? [];
      views.thread.update(card.peer, messages, person.presenceOf(card.peer));
      person.markRead(messages);
    }
  }
  screen.append(views.list.element);
  return {
    element,
    update(record, messages) {
      card.record = record;
      if (messages !== null) card.threads = threadsOf(messages);
      render();
    },
  };
}

function makeHead(phone, { devices, toggleOnline }) {
  const name = el('h2', {});
  const number = el('span', { class: 'muted' }, phone);
  const dot = el('span', { class: 'dot' });
  const onlineButton = el('button', { type: 'button', onclick: toggleOnline });
  const devicesButton = el('button', { type: 'button', onclick: devices }, 'Devices');
  const names = el('div', { class: 'grow' }, name, number);
  return {
    element: el('header', { class: 'phone-head' }, dot, names, devicesButton, onlineButton),
    update({ name: shownName, isOnline }) {
      setText(name, shownName);
      number.hidden = shownName === phone;
      setText(onlineButton, isOnline ? 'Go offline' : 'Go online');
      dot.classList.toggle('online', isOnline);
      dot.title = isOnline ? 'online' : 'offline';
    },
  };
}
