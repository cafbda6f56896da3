/**
 * A real browser in front of the console, as one member of staff has it. One browser serves all tests of a run; each page has a
 * profile of its own, which ends with its test. What a failed test saw is kept as a picture beside the logs, with what
 * its pages complained of.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Role } from '@switchboard/contract/user';
import type { Context } from 'mocha';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { objectIn } from '../../scripts/lib/json.ts';
import { stateFolder } from '../../scripts/lib/repo.ts';
import { launchChromium } from './chromium.ts';
import { atTheEnd } from './clean-up.ts';
import { stack } from './stack.ts';

/** How long a page may take for anything: it shares the machine with all that it talks to, ms. */
const PATIENCE_MS = 60_000;

function consoleUrl(): string {
  const url = process.env['CONSOLE_URL'];
  if (url === undefined) throw new Error('CONSOLE_URL is not set: run this test by "npm test -- browser <file>"');
  return url;
}

let browser: Promise<Browser> | null = null;

function sharedBrowser(): Promise<Browser> {
  browser ??= launchChromium().then((opened) => {
    atTheEnd(() => opened.close());
    return opened;
  });
  return browser;
}

interface Opened {
  readonly context: BrowserContext;
  /** What the page complained of. */
  readonly complaints: string[];
}

const open = new Map<Page, Opened>();

function listenTo(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return complaints;
}

export interface Looks {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** host:port that the page takes for Firestore, when not the emulator itself. */
  readonly firestore?: string;
}

/** Tells a page of another Firestore than the one its settings name. */
async function redirect(page: Page, firestore: string): Promise<void> {
  await page.route('**/config.json', async (route) => {
    const answer = await route.fetch();
    const settings = objectIn(await answer.json(), 'the settings');
    const emulators = { ...objectIn(settings['emulators'], 'the emulators'), firestore };
    await route.fulfill({ response: answer, json: { ...settings, emulators } });
  });
}

/** An empty page in a profile of its own. */
export async function openPage({ theme = 'light', width = 1280, height = 800, firestore }: Looks = {}): Promise<Page> {
  const context = await (
    await sharedBrowser()
  ).newContext({
    baseURL: consoleUrl(),
    colorScheme: theme,
    viewport: { width, height },
    locale: 'en-GB',
    timezoneId: 'Europe/Bucharest',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  if (firestore !== undefined) await redirect(page, firestore);
  open.set(page, { context, complaints: listenTo(page) });
  return page;
}

/** A page on which the demo's admin, manager or agent is signed in, and which shows what is at `where`. */
export async function openAs(role: Role, where = '/chat', looks: Looks = {}): Promise<Page> {
  const page = await openPage(looks);
  await page.goto(where);
  await page.getByRole('button', { name: `${role}@demo.test` }).click();
  // On a phone's screen an open thread hides the way between the pages.
  await page.getByRole('link', { name: 'Skip to the content' }).waitFor({ state: 'attached' });
  return page;
}

async function keepPictures(test: Context['currentTest']): Promise<void> {
  const title = (test?.fullTitle() ?? 'test').replace(/[^a-z0-9]+/gi, '-').slice(0, 80);
  for (const [index, [page, { complaints }]] of [...open].entries()) {
    const file = path.join(stateFolder('logs', stack.logs()), `${title}-${String(index + 1)}`);
    writeFileSync(`${file}.log`, complaints.join('\n'));
    // A page that is gone cannot be looked at; the test's own error says more.
    await page.screenshot({ path: `${file}.png`, timeout: 10_000 }).catch(() => undefined);
  }
}

/** For the top of a suite: pages end with the test that opened them. */
export function pagesEndWithTheirTest(): void {
  afterEach(async function (this: Context) {
    if (this.currentTest?.state === 'failed') await keepPictures(this.currentTest);
    const opened = [...open.values()];
    open.clear();
    for (const { context } of opened) await context.close();
  });
}
