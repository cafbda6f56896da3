/** The shelf: asks the simulator once a second what there is, and keeps one card per phone. */
import { api } from './api.js';
import { setUpDialogs } from './dialogs.js';
import { setText, showItems } from './dom.js';
import { makePhoneCard } from './phone-card.js';

const POLL_EVERY_MS = 1000;

const list = document.getElementById('shelf');
const cards = new Map();
/** Only phones on the screen are asked for their messages, so that a shelf of hundreds costs no more than one of six. */
const visible = new Set();
let phones = [];
let groups = [];
let pollTimer;
let pollNumber = 0;

const shelf = {
  phones: () => phones,
  name: (peer) =>
    groups.find(({ id }) => id === peer)?.subject ?? phones.find(({ phone }) => phone === peer)?.name ?? peer,
  refresh: () => void poll(),
};

const watcher = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) visible.add(target.dataset.key);
      else visible.delete(target.dataset.key);
    }
  },
  { rootMargin: '200px' },
);

async function poll() {
  clearTimeout(pollTimer);
  const mine = (pollNumber += 1);
  // A poll that a newer one overtook must not show its older answers.
  const isOvertaken = () => mine !== pollNumber;
  try {
    const [latestPhones, latestGroups] = await Promise.all([api.phones(), api.groups()]);
    const wanted = latestPhones.map(({ phone }) => phone).filter((phone) => visible.has(phone) || !cards.has(phone));
    const shown = new Map(await Promise.all(wanted.map(async (phone) => [phone, await api.messages(phone)])));
    if (isOvertaken()) return;
    phones = latestPhones;
    groups = latestGroups;
    show(shown);
  } catch (error) {
    if (isOvertaken()) return;
    setText(document.getElementById('summary'), error.message);
  }
  pollTimer = setTimeout(poll, POLL_EVERY_MS);
}

function show(messagesByPhone) {
  const linked = phones.reduce((count, { companions }) => count + companions.length, 0);
  setText(
    document.getElementById('summary'),
    `${String(phones.length)} ${phones.length === 1 ? 'phone' : 'phones'}, ${String(linked)} linked`,
  );
  document.getElementById('empty').hidden = phones.length > 0;
  showItems(
    list,
    phones,
    ({ phone }) => phone,
    makeCard,
    (_element, record) => {
      cards.get(record.phone).update(record, messagesByPhone.get(record.phone) ?? null);
    },
  );
  for (const phone of cards.keys()) {
    if (phones.some((record) => record.phone === phone)) continue;
    watcher.unobserve(cards.get(phone).element);
    cards.delete(phone);
    visible.delete(phone);
  }
}

function makeCard({ phone }) {
  const card = makePhoneCard(phone, shelf);
  cards.set(phone, card);
  watcher.observe(card.element);
  return card.element;
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') shelf.refresh();
});
setUpDialogs(shelf);
void poll();
