/**
 * What the console costs whoever opens it: how much JavaScript comes first, how long the page is deaf while a long thread and a
 * long list are scrolled, and how many documents are read. In the browser the tests use, on the console as it is deployed.
 */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { paths } from '@switchboard/contract/paths';
import type { Page } from 'playwright-core';
import { openAs } from '../test/support/browser.ts';
import { adminFirestore, stack } from '../test/support/stack.ts';
import {
  inBatches,
  messageFields,
  messageIdOf,
  writeMessages,
  writeThreads,
  type StoredThread,
} from '../test/support/stored-thread.ts';
import { startWebChannelProxy } from '../test/support/web-channel-proxy.ts';
import { waitFor } from '../test/support/wait.ts';
import { bounded, type Bench } from './bench.ts';

const THREADS = 5_000;
const MESSAGES = 20_000;
/** The machine has other work, which only ever adds to how long a task takes: the best of so many rounds is what the page itself costs. */
const ROUNDS = 3;
/** Screens that are scrolled through; a thread has about ten messages to a screen. */
const SCREENS = 150;

/** kB, ms, documents. */
const GOALS = {
  chatJs: 300,
  longestTask: 200,
  // One window of threads (50), the last message of those we wrote to last (25 here), numbers, colleagues, quick replies, own entries.
  documentsRead: 200,
} as const;

const threadIdOf = (n: number): string => `bench__${String(n).padStart(4, '0')}`;
const WORDS = 'We will have it ready for you this afternoon, and if it rains we bring it to your door'.split(' ');
const textOf = (n: number): string => WORDS.slice(0, 2 + (n % (WORDS.length - 2))).join(' ');

function threadOf(n: number, now: number): StoredThread & { readonly newest: number } {
  return {
    threadId: threadIdOf(n),
    name: `Customer ${String(n)}`,
    at: new Date(now - n * 60_000),
    unread: n % 10 === 1 ? 2 : 0,
    tags: n % 7 === 0 ? ['vip'] : [],
    newest: n % 2,
  };
}

async function seed(say: (line: string) => void): Promise<void> {
  const db = adminFirestore();
  const now = Date.now();
  say(`writing ${String(THREADS)} threads and ${String(MESSAGES)} messages`);
  await writeThreads(db, THREADS, (n) => threadOf(n, now), textOf);
  // The ticks of a row are those of its last message.
  await inBatches(db, THREADS / 2, (half) => {
    const thread = threadOf(2 * half, now);
    return [paths.message(thread.threadId, messageIdOf(0)), messageFields(thread, 0, textOf(0), 0)];
  });
  const talkative = { count: MESSAGES, everyMs: 240_000, textOf };
  await writeMessages(db, threadOf(0, now), talkative);
}

const WATCH_TASKS = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask', buffered: true });
`;

/** The longest the page was deaf during some work, ms. What is under 50 ms no browser reports. */
async function longestTaskOf(page: Page, work: () => Promise<void>): Promise<number> {
  await page.evaluate('globalThis.longTasks = []');
  await work();
  return Number(await page.evaluate('Math.max(0, ...globalThis.longTasks)'));
}

/** Turns the wheel over something, a screen at a time, giving the page time to draw each. */
async function scroll(page: Page, over: 'log' | 'region', by: number, screens: number): Promise<void> {
  await page.getByRole(over, over === 'log' ? {} : { name: 'Threads' }).hover();
  for (let screen = 0; screen < screens; screen += 1) {
    await page.mouse.wheel(0, by);
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  }
}

const firstRow = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Threads' }).getByRole('link').filter({ hasText: name }).first();

async function openChat(): Promise<Page> {
  const page = await openAs('agent');
  await firstRow(page, 'Customer 0').waitFor();
  return page;
}

/** What a page asks for comes within moments of its list; then it is quiet. @returns the count when it did not change any more. */
async function whenQuiet(page: Page, count: () => number): Promise<number> {
  let before = -1;
  const { now } = await waitFor(
    async () => {
      await page.evaluate('new Promise((resolve) => setTimeout(resolve, 2_000))');
      const seen = { now: count(), isQuiet: count() === before };
      before = seen.now;
      return seen;
    },
    ({ isQuiet }) => isQuiet,
    { what: 'the page to have all it wants', timeoutMs: 60_000 },
  );
  return now;
}

/** The script files that the first visit to `/chat` loads, kB by gzip: what Hosting sends to a browser that knows no brotli. */
async function chatScripts(say: (line: string) => void): Promise<number> {
  const page = await openChat();
  const bodies = new Map<string, Promise<Buffer>>();
  page.on('response', (answer) => {
    if (answer.request().resourceType() !== 'script') return;
    bodies.set(new URL(answer.url()).pathname, answer.body());
  });
  await page.goto('/chat');
  await firstRow(page, 'Customer 0').waitFor();
  await whenQuiet(page, () => bodies.size);
  let [zipped, brotli] = [0, 0];
  for (const [path, waiting] of bodies) {
    const body = await waiting;
    const size = gzipSync(body).length;
    zipped += size;
    brotli += brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length;
    if (size > 5_000) say(`${String(Math.round(size / 1_000))} kB ${path}`);
  }
  say(
    `first load of /chat: ${String(Math.round(zipped / 1_000))} kB of script by gzip, ${String(Math.round(brotli / 1_000))} kB by brotli 5`,
  );
  await page.context().close();
  return zipped / 1_000;
}

/** How many documents come in when somebody opens `/chat` in a browser that knows nothing yet. */
async function documentsRead(): Promise<number> {
  const proxy = await startWebChannelProxy(stack.firestore());
  const page = await openAs('agent', '/chat', { firestore: proxy.address });
  await firstRow(page, 'Customer 0').waitFor();
  const count = await whenQuiet(page, proxy.documents);
  await page.context().close();
  return count;
}

async function threadTask(): Promise<number> {
  const page = await openChat();
  await page.evaluate(WATCH_TASKS);
  const longest = await longestTaskOf(page, async () => {
    await firstRow(page, 'Customer 0').click();
    await page.getByRole('log').getByRole('article').first().waitFor();
    await scroll(page, 'log', -700, SCREENS);
    await page.getByRole('button', { name: 'To the newest message' }).waitFor();
    await scroll(page, 'log', 700, 20);
  });
  await page.context().close();
  return longest;
}

async function listTask(): Promise<number> {
  const page = await openChat();
  await page.evaluate(WATCH_TASKS);
  const longest = await longestTaskOf(page, async () => {
    await scroll(page, 'region', 700, SCREENS);
    await firstRow(page, 'Customer 0').waitFor({ state: 'detached' });
    await scroll(page, 'region', -700, 20);
  });
  await page.context().close();
  return longest;
}

async function often(what: string, measure: () => Promise<number>, say: (line: string) => void): Promise<number> {
  const values: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) values.push(await measure());
  say(`${what}: ${values.map((value) => String(Math.round(value))).join(', ')}`);
  return Math.min(...values);
}

export const consoleBench: Bench = {
  name: 'console',
  run: async (say) => {
    await seed(say);
    const scripts = await chatScripts(say);
    const documents = await documentsRead();
    const thread = await often('longest task in a thread of 20,000 messages, ms', threadTask, say);
    const list = await often('longest task in a list of 5,000 threads, ms', listTask, say);
    return [
      bounded('chat-js', 'kB', scripts, GOALS.chatJs),
      bounded('chat-documents-read', 'count', documents, GOALS.documentsRead),
      bounded('thread-20000-longest-task', 'ms', thread, GOALS.longestTask),
      bounded('threads-5000-longest-task', 'ms', list, GOALS.longestTask),
    ];
  },
};
