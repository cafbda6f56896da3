import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import type { Locator, Page } from 'playwright-core';
import { openAs, pagesEndWithTheirTest } from '../support/browser.ts';
import { bubble, threadRow } from '../support/console-page.ts';
import { adminFirestore } from '../support/stack.ts';
import {
  messageFields,
  messageIdOf,
  writeMessages,
  writeThreads,
  type StoredThread,
} from '../support/stored-thread.ts';
import { freshId } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';

const LENGTH = 400;
/** Scrolls up a little, waits until what that asks for is there, and tells by how many px the message on top moved meanwhile. */
const CLIMB = `(async () => {
  const log = document.querySelector('[role=log]');
  const scroller = log.firstElementChild;
  const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const top = log.getBoundingClientRect().top;
  const placeOf = (article) => Math.round(article.getBoundingClientRect().top - top);
  const numberOf = (article) => Number(/line (\\d+)\\./.exec(article.textContent)[1]);
  scroller.scrollTop -= 350;
  await drawn();
  const first = [...log.querySelectorAll('article')].find((article) => placeOf(article) >= 0);
  const [number, before] = [numberOf(first), placeOf(first)];
  while (log.querySelector('[data-loading]')) await drawn();
  await drawn();
  const same = [...log.querySelectorAll('article')].find((article) => numberOf(article) === number);
  return { number, moved: same ? placeOf(same) - before : null, isTop: scroller.scrollTop === 0 };
})()`;
const BEGINNING = 'The thread begins here';
/** Lines of very different heights, so that no guess of a height is right. */
const textOf = (n: number): string => `line ${String(n)}.${' and some more words'.repeat((n * 7) % 23)}`;

/** `number` of the message on top, how far it `moved` by itself, px. */
interface Climbed {
  readonly number: number;
  readonly moved: number | null;
  readonly isTop: boolean;
}

describe('a long thread', () => {
  pagesEndWithTheirTest();

  async function longThread(unread = 0): Promise<StoredThread> {
    const db = adminFirestore();
    const name = freshId('Tudor');
    const thread = { threadId: freshId('stored'), name, at: new Date(), unread };
    await writeThreads(db, 1, () => ({ ...thread, newest: 1 }), textOf);
    await writeMessages(db, thread, { count: LENGTH, everyMs: 1_800_000, textOf });
    return thread;
  }

  const line = (page: Page, n: number): Locator => bubble(page, `line ${String(n)}.`);

  async function open(thread: StoredThread): Promise<Page> {
    const page = await openAs('agent');
    await threadRow(page, thread.name).click();
    await page.getByRole('log').getByRole('article').first().waitFor();
    return page;
  }

  /** Where a message is below the top of the thread, px; `null` when it is not drawn. */
  async function placeOf(page: Page, n: number): Promise<number | null> {
    const [box, log] = [await line(page, n).boundingBox(), await page.getByRole('log').boundingBox()];
    return box && log && box.y - log.y;
  }

  async function isInSight(page: Page, n: number): Promise<boolean> {
    const [place, log] = [await placeOf(page, n), await page.getByRole('log').boundingBox()];
    return place !== null && log !== null && place >= 0 && place < log.height;
  }

  const whenInSight = (page: Page, n: number) =>
    waitFor(
      () => isInSight(page, n),
      (is) => is,
      { what: `line ${String(n)} to be in sight`, timeoutMs: 30_000 },
    );

  /** Goes up until `isThere`, and tells which messages were on top and how they moved while others came above them. */
  async function climb(page: Page, isThere: (at: Climbed) => boolean): Promise<Climbed[]> {
    const steps: Climbed[] = [];
    while (steps.length < 400) {
      const step = await page.evaluate<Climbed>(CLIMB);
      steps.push(step);
      if (isThere(step)) return steps;
    }
    assert.fail(`after ${String(steps.length)} steps: ${JSON.stringify(steps.at(-1))}`);
  }

  async function add(thread: StoredThread, text: string): Promise<void> {
    const later = { ...thread, at: new Date() };
    // An id of its own; an odd number is the customer's.
    const fields = { ...messageFields(later, 1, text, 0), waMessageId: freshId('LATER') };
    const batch = adminFirestore().batch();
    batch.set(adminFirestore().doc(paths.message(thread.threadId, fields.waMessageId)), fields);
    batch.update(adminFirestore().doc(paths.thread(thread.threadId)), { lastMessageText: text });
    await batch.commit();
  }

  it('opens at its end and stays there when a message comes', async () => {
    const thread = await longThread();
    const page = await open(thread);
    await whenInSight(page, 0);
    await add(thread, 'the very newest');
    await bubble(page, 'the very newest').waitFor();
    const log = await page.getByRole('log').boundingBox();
    const { bottom } = await waitFor(
      async () => {
        const box = await bubble(page, 'the very newest').boundingBox();
        return { bottom: box && log ? box.y + box.height - log.y - log.height : Infinity };
      },
      (place) => place.bottom <= 0,
      { what: 'the newest message to be in sight', timeoutMs: 30_000 },
    );
    assert.ok(bottom > -60, `there are ${String(-bottom)} px below the newest message`);
  });

  it('can be read back to its beginning, and what is read keeps its place while older messages come', async () => {
    const page = await open(await longThread());
    await whenInSight(page, 0);
    const steps = await climb(page, ({ isTop }) => isTop);
    await page.getByText(BEGINNING).waitFor();
    assert.ok(await isInSight(page, LENGTH - 1), 'the first message is not there');
    const numbers = steps.map(({ number }) => number);
    assert.deepEqual(
      numbers,
      [...numbers].sort((a, b) => a - b),
    );
    assert.deepEqual(
      steps.filter(({ moved }) => moved === null || Math.abs(moved) > 2),
      [],
    );
  });

  it('leaves what is read where it is when a new message comes, and goes to that when asked', async () => {
    const thread = await longThread();
    const page = await open(thread);
    await whenInSight(page, 0);
    const { number } = (await climb(page, (step) => step.number >= 60)).at(-1) ?? { number: -1 };
    const before = await placeOf(page, number);
    await add(thread, 'far below');
    await threadRow(page, thread.name).getByText('far below').waitFor();
    assert.equal(await placeOf(page, number), before);
    await page.getByRole('button', { name: 'To the newest message' }).click();
    await bubble(page, 'far below').waitFor();
    await whenInSight(page, 0);
  });

  it('shows what becomes of a message far up as it happens', async () => {
    const thread = await longThread();
    const page = await open(thread);
    await whenInSight(page, 0);
    const { number } = (await climb(page, (step) => step.number >= 120)).at(-1) ?? { number: -1 };
    const changed = `line ${String(number)}. in other words`;
    await adminFirestore()
      .doc(paths.message(thread.threadId, messageIdOf(number)))
      .update({ body: changed });
    await bubble(page, changed).waitFor();
  });

  it('opens where the new messages begin', async () => {
    const page = await open(await longThread(12));
    const begins = page.getByText('12 new messages');
    await waitFor(
      async () => ({ box: await begins.boundingBox(), log: await page.getByRole('log').boundingBox() }),
      ({ box, log }) => box !== null && log !== null && box.y > log.y && box.y < log.y + log.height,
      { what: 'the line to be in sight' },
    );
  });
});
