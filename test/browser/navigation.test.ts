import assert from 'node:assert/strict';
import { DEFAULT_TEAM } from '@switchboard/contract/user';
import { paths } from '@switchboard/contract/paths';
import type { Thread } from '@switchboard/contract/thread';
import { Timestamp } from 'firebase-admin/firestore';
import type { Page } from 'playwright-core';
import { openAs, pagesEndWithTheirTest } from '../support/browser.ts';
import { composer, openThread, threadRow } from '../support/console-page.ts';
import { adminFirestore } from '../support/stack.ts';
import { freshId } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';

const COUNT = 40;
/** Only these threads have it: a list narrowed to it shows them and no others. */
const tag = freshId('walk');
const accountId = freshId('account');

/** Ids of which each would be another if an address were decoded twice, by halves or not at all. */
const ODD_IDS = ['407@s.whatsapp.net', '407%40s.whatsapp.net', '100%25', '50%', 'a b&c?d=e#f'].map(
  (end) => `${accountId}__${end}`,
);

const nameOf = (index: number) => `${tag} ${String(index).padStart(2, '0')}`;
const idOf = (index: number) => ODD_IDS[index] ?? `${accountId}__${String(index)}`;
const allIds = Array.from({ length: COUNT }, (_, index) => idOf(index));
const addressOf = (index: number) => `/chat/${encodeURIComponent(idOf(index))}`;

function threadAt(index: number): Thread {
  // Older than what other tests look at, so that they see their own first.
  const at = Timestamp.fromMillis(Date.UTC(2026, 0, 1) - index * 60_000);
  return {
    ...{ accountId, team: DEFAULT_TEAM, clientJid: `${String(index)}@s.whatsapp.net`, phoneE164: null, lid: null },
    ...{ displayName: nameOf(index), isGroup: false, lastMessageAt: at, lastMessageText: 'Hello' },
    ...{ lastMessageDirection: 'inbound', lastInboundAt: at, unreadCount: 0, assignedTo: null, tags: [tag] },
    ...{ archived: false, searchTokens: [] },
  };
}

const here = (page: Page) => {
  const { pathname, search } = new URL(page.url());
  return `${pathname}${search}`;
};

/** What scrolls the list: the same element for as long as the list is not built anew. */
const SCROLLER = `(() => {
  let at = document.querySelector('[role="list"][aria-label="Threads"]');
  while (at && (at.scrollHeight <= at.clientHeight || getComputedStyle(at).overflowY === 'visible')) at = at.parentElement;
  return at;
})()`;

/** Scrolls the list, and names the threads that are wholly in sight and take clicks once it rests there: clicking one scrolls nothing. */
async function scrolledTo(page: Page, top: number): Promise<readonly string[]> {
  const look = `(() => {
    const list = ${SCROLLER};
    const rests = list.scrollTop === ${String(top)};
    list.scrollTop = ${String(top)};
    const frame = list.getBoundingClientRect();
    const takesClicks = (row) => {
      const { left, top, width, height, bottom } = row.getBoundingClientRect();
      const isInSight = top >= frame.top && bottom <= frame.bottom;
      return isInSight && row.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    };
    const rows = [...list.querySelectorAll('[data-thread]')].filter(takesClicks);
    return rests ? rows.map((row) => row.dataset.thread).join(' ') : '';
  })()`;
  const found = await waitFor(
    async () => String(await page.evaluate(look)).split(' '),
    ({ length }) => length >= 4,
    { what: 'the list to have scrolled' },
  );
  await page.evaluate(`${SCROLLER}.isTheOneThatWasScrolled = true`);
  return found;
}

const scrollOf = (page: Page) => page.evaluate(`[${SCROLLER}.scrollTop, ${SCROLLER}.isTheOneThatWasScrolled === true]`);

describe('walking through the console', () => {
  pagesEndWithTheirTest();

  before(async () => {
    const batch = adminFirestore().batch();
    for (const [index, id] of allIds.entries()) batch.set(adminFirestore().doc(paths.thread(id)), threadAt(index));
    await batch.commit();
  });

  after(async () => {
    const batch = adminFirestore().batch();
    for (const id of allIds) batch.delete(adminFirestore().doc(paths.thread(id)));
    await batch.commit();
  });

  it('keeps the list where it was, and what it is narrowed to, as threads are opened, left and gone back to', async () => {
    const page = await openAs('agent', `/chat?tag=${tag}`);
    await threadRow(page, nameOf(0)).waitFor();
    const inSight = await scrolledTo(page, 900);
    const [one, other] = [1, 2].map((at) => allIds.indexOf(inSight[at] ?? ''));
    assert.ok(one !== undefined && other !== undefined && one > 0, 'rows further down are in sight');
    await openThread(page, nameOf(one));
    assert.equal(here(page), `${addressOf(one)}?tag=${tag}`);
    assert.deepEqual(await scrollOf(page), [900, true]);
    assert.equal(await threadRow(page, nameOf(one)).getAttribute('aria-current'), 'page');
    await openThread(page, nameOf(other));
    assert.deepEqual(await scrollOf(page), [900, true]);
    assert.equal(await threadRow(page, nameOf(one)).getAttribute('aria-current'), null);

    await page.goBack();
    await composer(page, nameOf(one)).waitFor();
    await page.goBack();
    await page.getByText('Pick a thread').waitFor();
    assert.equal(here(page), `/chat?tag=${tag}`);
    assert.deepEqual(await scrollOf(page), [900, true]);
    await page.goForward();
    await composer(page, nameOf(one)).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Pick a thread').waitFor();
    assert.equal(here(page), `/chat?tag=${tag}`);
    assert.deepEqual(await scrollOf(page), [900, true]);
  });

  it('needs one step back from a thread, however often it was clicked', async () => {
    const page = await openAs('agent', `/chat?tag=${tag}`);
    await openThread(page, nameOf(6));
    const steps = await page.evaluate('history.length');
    for (let click = 0; click < 3; click += 1) await threadRow(page, nameOf(6)).click();
    assert.equal(await page.evaluate('history.length'), steps);
    await page.goBack();
    await page.getByText('Pick a thread').waitFor();
  });

  // The tab is the browser's to open, and without a window it does so two times out of three only: what is ours ends with the click.
  it('leaves it to the browser to open a thread in a tab of its own', async () => {
    const page = await openAs('agent', `/chat?tag=${tag}`);
    await page.evaluate(`window.addEventListener('click', (event) => {
      window.leftToBrowser = event.defaultPrevented ? null : event.target.closest('a').href;
      event.preventDefault();
    })`);
    await threadRow(page, nameOf(7)).click({ modifiers: ['Control'] });
    const left = String(await page.evaluate('window.leftToBrowser'));
    assert.equal(here(page), `/chat?tag=${tag}`);
    assert.equal(await page.getByText('Pick a thread').count(), 1);
    const tab = await page.context().newPage();
    await tab.goto(left);
    await composer(tab, nameOf(7)).waitFor();
    assert.equal(here(tab), `${addressOf(7)}?tag=${tag}`);
  });

  it('finds each thread at its address, whatever its id is made of', async () => {
    const page = await openAs('agent', `/chat?tag=${tag}`);
    for (const index of ODD_IDS.keys()) {
      await openThread(page, nameOf(index));
      assert.equal(here(page), `${addressOf(index)}?tag=${tag}`);
      assert.equal(await threadRow(page, nameOf(index)).getAttribute('aria-current'), 'page');
      // What is narrowed further stays in the same thread.
      await page.getByRole('group', { name: 'Filters' }).getByRole('button', { name: 'All' }).click();
      assert.equal(new URL(page.url()).pathname, addressOf(index));
      await page.goto(`${addressOf(index)}?tag=${tag}`);
      await composer(page, nameOf(index)).waitFor();
    }
  });

  it('says that nothing is there at an address that was mistyped', async () => {
    const page = await openAs('agent', '/');
    await page.waitForURL('**/chat');
    // The emulator of the hosting breaks at such an address by itself, where others serve the page.
    await page.route(
      ({ pathname }) => pathname.includes('%'),
      async (route) => {
        const url = new URL('/chat', route.request().url()).href;
        await route.fulfill({ response: await route.fetch({ url }) });
      },
    );
    const thread = 'This thread is not here';
    const nothing = 'There is nothing here';
    for (const [typed, words] of [
      ['/chat/100%', thread],
      ['/chat/%zz%e0%a4?tag=%#%', thread],
      ['/inbox/%zz', 'You may not see this'],
      ['/%zz', nothing],
      ['/nowhere/at/all', nothing],
    ] as const) {
      await page.goto(typed);
      await page.getByText(words).waitFor();
    }
    await page.getByRole('link', { name: 'Go to the chat' }).click();
    await page.getByText('Pick a thread').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Chat', exact: true }).getAttribute('aria-current'), 'page');
    assert.equal(await page.getByRole('link', { name: 'Accounts', exact: true }).getAttribute('aria-current'), null);
  });

  it('comes back to a page, and not to the address that only led to it', async () => {
    const page = await openAs('agent', '/settings');
    await page.goto('/');
    await page.waitForURL('**/chat');
    await page.getByRole('link', { name: 'Accounts', exact: true }).click();
    await page.waitForURL('**/accounts');
    await page.waitForFunction('document.title.startsWith("Accounts")');
    await page.goBack();
    await page.waitForURL('**/chat');
    await page.waitForFunction('document.title.startsWith("Chat")');
    await page.goBack();
    await page.waitForURL('**/settings');
  });

  it('goes past the rail by keyboard, and stays in the thread it is in', async () => {
    const page = await openAs('agent', addressOf(8));
    await composer(page, nameOf(8)).waitFor();
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    await skip.focus();
    await skip.press('Enter');
    assert.equal(await page.evaluate('document.activeElement.id'), 'content');
    assert.equal(new URL(page.url()).hash, '');
  });
});
