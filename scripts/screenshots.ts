/**
 * `npm run screenshots`: pictures of every page of the console with the demo data in it, in light and dark, on a wide screen and on a
 * phone's, as docs/screenshots/NAME-THEME-WIDTH.png.
 *
 *   npm run screenshots                  all of them
 *   npm run screenshots -- thread inbox  these
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { paths } from '@switchboard/contract/paths';
import type { Role } from '@switchboard/contract/user';
import { getApp } from 'firebase-admin/app';
import { getAuth } from 'firebase-admin/auth';
import type { Firestore } from 'firebase-admin/firestore';
import type { Page } from 'playwright-core';
import { startEmulators } from './lib/emulators.ts';
import { freePorts } from './lib/ports.ts';
import { stopAll } from './lib/processes.ts';
import { secondsOf, showProgress } from './lib/progress.ts';
import { ROOT } from './lib/repo.ts';
import { openRunLogs } from './lib/run-logs.ts';
import { DEMO_SIGN_INS, seedDemoStaff } from './lib/seed.ts';
import { onStopAsked } from './lib/shutdown.ts';
import { smallerPng } from './lib/smaller-png.ts';

const FOLDER = path.join(ROOT, 'docs', 'screenshots');
const WIDTHS = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;
const THEMES = ['light', 'dark'] as const;
/** How often the made-up hosts show that they live, ms. */
const ALIVE_EVERY_MS = 4_000;
/** Pictures are kept in git, so they are kept small, bytes. */
const MAX_BYTES = 200_000;

/** Whose thread is shown, and words in it by which one sees that it is there. */
const CUSTOMER = 'Ioana Dumitrescu';
const LAST_WORDS = 'pot veni cu fetița';
const NOTE = 'Alergică la amoniac';

interface Scene {
  readonly threadId: string;
  readonly linked: string;
  readonly unlinked: string;
}

interface View {
  readonly role: Role | null;
  readonly where: (scene: Scene) => string;
  /** What has to be in sight before the picture is taken. */
  readonly ready: (page: Page, isWide: boolean) => Promise<unknown>;
}

const heading = (name: string) => (page: Page) => page.getByRole('heading', { name, exact: true }).first().waitFor();
const words = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor();

async function threadIsThere(page: Page, isWide: boolean): Promise<void> {
  await words(LAST_WORDS)(page);
  if (!isWide) return;
  await page.getByRole('button', { name: 'Details', exact: true }).click();
  await words(NOTE)(page);
}

const VIEWS: Readonly<Record<string, View>> = {
  'sign-in': { role: null, where: () => '/', ready: heading('Sign in to Switchboard') },
  chat: {
    role: 'agent',
    where: () => '/chat',
    ready: (page) => page.getByRole('img', { name: 'Read' }).first().waitFor(),
  },
  thread: { role: 'agent', where: ({ threadId }) => `/chat/${encodeURIComponent(threadId)}`, ready: threadIsThere },
  inbox: {
    role: 'manager',
    where: ({ threadId }) => `/inbox/${encodeURIComponent(threadId)}`,
    ready: words(LAST_WORDS),
  },
  accounts: { role: 'admin', where: () => '/accounts', ready: words('Garage Turzii') },
  account: { role: 'admin', where: ({ linked }) => `/accounts/${linked}`, ready: heading('Connected') },
  linking: {
    role: 'admin',
    where: ({ unlinked }) => `/accounts/${unlinked}`,
    ready: (page) => page.getByRole('img', { name: /QR code/ }).waitFor(),
  },
  dashboard: { role: 'admin', where: () => '/dashboard', ready: words('host-europe-west3-a') },
  settings: { role: 'admin', where: () => '/settings', ready: heading('Appearance') },
  'quick-replies': { role: 'manager', where: () => '/settings/replies', ready: words('Str. Lungă 14') },
  users: { role: 'admin', where: () => '/settings/users', ready: words('Denisa Marin') },
  audit: { role: 'admin', where: () => '/settings/audit', ready: words('Started a bulk send') },
};

const progress = showProgress((line) => process.stderr.write(`${line}\n`));

/** The demo data gives the demo's staff names of people; here they sign in by them as well. */
async function nameSignIns(db: Firestore): Promise<void> {
  for (const { uid } of DEMO_SIGN_INS) {
    const displayName: unknown = (await db.doc(paths.user(uid)).get()).get('displayName');
    if (typeof displayName === 'string') await getAuth(getApp('tests')).updateUser(uid, { displayName });
  }
}

async function startScene(logs: string): Promise<Scene> {
  const only = ['auth', 'firestore', 'hosting'] as const;
  const ports = await freePorts();
  const emulators = await progress.step('emulators', () => startEmulators({ only, ports, logs }));
  await seedDemoStaff(emulators.env);
  Object.assign(process.env, emulators.env, { SWITCHBOARD_SUITE: logs });
  // Loaded late: they read from the environment where the emulators are.
  const { adminFirestore } = await import('../test/support/stack.ts');
  const { seedDemoData } = await import('../test/support/demo-data.ts');
  const { keepAlive, seedDemoOffice, LINKED, UNLINKED } = await import('../test/support/demo-office.ts');
  const db = adminFirestore();
  await progress.step('demo data', async () => {
    await seedDemoData(db);
    await seedDemoOffice(db);
    await nameSignIns(db);
  });
  const [thread] = (await db.collection('threads').where('displayName', '==', CUSTOMER).get()).docs;
  if (!thread) throw new Error(`the demo data has no ${CUSTOMER}`);
  // One that is missed at the end, when the emulators go, is no matter.
  setInterval(() => void keepAlive(db).catch(() => undefined), ALIVE_EVERY_MS).unref();
  return { threadId: thread.id, linked: LINKED, unlinked: UNLINKED };
}

/**
 * A machine without an emoji font draws empty boxes in their place, which nobody who looks at the console ever sees: there they are
 * left out. Whether a character has a glyph shows by drawing it beside one that has none.
 */
const LEAVE_OUT_BOXES = `
  (() => {
    const paint = Object.assign(document.createElement('canvas'), { width: 24, height: 24 }).getContext('2d', { willReadFrequently: true });
    const drawn = (character) => {
      paint.clearRect(0, 0, 24, 24);
      paint.font = '16px ' + getComputedStyle(document.body).fontFamily;
      paint.fillText(character, 2, 18);
      return paint.getImageData(0, 0, 24, 24).data.join();
    };
    const box = drawn('\\u{10FFFE}');
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const bare = [];
    while (texts.nextNode()) {
      const { currentNode: node } = texts;
      const text = node.data.replace(/\\p{Extended_Pictographic}\\uFE0F?/gu, (one) => (drawn(one) === box ? '' : one));
      if (text === node.data) continue;
      node.data = text;
      if (node.parentElement.textContent.trim() === '') bare.push(node.parentElement.closest('button') ?? node.parentElement);
    }
    for (const element of bare) element.style.visibility = 'hidden';
  })()
`;

/** Fonts are in, nothing spins, nothing moves. */
async function settle(page: Page): Promise<void> {
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => undefined);
  await page.locator('[aria-busy=true], [role=status][aria-label=Loading]').first().waitFor({ state: 'detached' });
}

async function takePicture(page: Page, file: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(LEAVE_OUT_BOXES);
  const picture = smallerPng(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
  writeFileSync(file, picture);
  const size = picture.length;
  if (size > MAX_BYTES) throw new Error(`${file} has ${String(size)} bytes, more than ${String(MAX_BYTES)}`);
}

async function photograph(names: readonly string[], scene: Scene): Promise<void> {
  const { openAs, openPage } = await import('../test/support/browser.ts');
  const { seedDemoData } = await import('../test/support/demo-data.ts');
  const { adminFirestore } = await import('../test/support/stack.ts');
  for (const theme of THEMES) {
    for (const [width, size] of Object.entries(WIDTHS)) {
      // What the last round has read is unread again.
      await seedDemoData(adminFirestore());
      for (const name of names) {
        const view = VIEWS[name];
        if (!view) continue;
        const where = view.where(scene);
        const page = view.role
          ? await openAs(view.role, where, { theme, ...size })
          : await openPage({ theme, ...size });
        if (!view.role) await page.goto(where);
        await view.ready(page, width === 'wide');
        await settle(page);
        const file = path.join(FOLDER, `${name}-${theme}-${width}.png`);
        await takePicture(page, file);
        progress.say(path.relative(ROOT, file));
        await page.context().close();
      }
    }
  }
}

function wanted(args: readonly string[]): readonly string[] {
  const unknown = args.filter((name) => !Object.hasOwn(VIEWS, name));
  if (unknown.length > 0) throw new Error(`no such picture: ${unknown.join(', ')} (${Object.keys(VIEWS).join(', ')})`);
  return args.length > 0 ? args : Object.keys(VIEWS);
}

async function main(): Promise<void> {
  const names = wanted(process.argv.slice(2));
  const startedAt = performance.now();
  const logs = openRunLogs('screenshots');
  const { closeAll } = await import('../test/support/clean-up.ts');
  onStopAsked((reason) => {
    progress.say(`\n${reason}: stopping everything ...`);
    void stopAll().then(() => process.exit(130));
  });
  mkdirSync(FOLDER, { recursive: true });
  const scene = await startScene(logs.name);
  await photograph(names, scene).finally(closeAll);
  await stopAll();
  logs.remove();
  progress.say(`${secondsOf(performance.now() - startedAt)} s`);
}

try {
  await main();
  process.exit(0);
} catch (error) {
  progress.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  await stopAll();
  process.exit(1);
}
