import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { Role } from '@switchboard/contract/user';
import type { Result } from 'axe-core';
import type { Page } from 'playwright-core';
import { openAs, openPage, pagesEndWithTheirTest, type Looks } from '../support/browser.ts';
import {
  bubble,
  NEXT_CODE_MS,
  openDetails,
  openThread,
  threadRow,
  whenTicked,
  write,
} from '../support/console-page.ts';
import { newVisitor, runningHost, SHOP_NAME, type Visitor } from '../support/console-scene.ts';
import { freshPhone } from '../support/unique.ts';

/** What is serious or critical on the page as it is, one line each. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const isGrave = ({ impact }: Result): boolean => impact === 'serious' || impact === 'critical';
  return violations
    .filter(isGrave)
    .flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help}: ${target.join(' ')}`));
}

async function assertClean(page: Page): Promise<void> {
  assert.deepEqual(await findings(page), []);
}

interface View {
  readonly what: string;
  readonly role: Role;
  readonly where: string;
  /** Brings the page to what is looked at, and waits for it. */
  readonly show: (page: Page, visitor: Visitor) => Promise<unknown>;
}

const heading = (name: string) => (page: Page) => page.getByRole('heading', { name, exact: true }).first().waitFor();

async function writing(page: Page, { name }: Visitor): Promise<void> {
  await openThread(page, name);
  const text = 'Yes: https://example.com';
  if ((await bubble(page, text).count()) === 0) await write(page, name, text);
  await whenTicked(page, text, 'Delivered');
  await openDetails(page);
}

const VIEWS: readonly View[] = [
  {
    what: 'the chat without a thread',
    role: 'agent',
    where: '/chat',
    show: (page, { name }) => threadRow(page, name).waitFor(),
  },
  { what: 'a thread with its details', role: 'agent', where: '/chat', show: writing },
  {
    what: 'the menu of a message',
    role: 'agent',
    where: '/chat',
    show: async (page, { name }) => {
      await openThread(page, name);
      await bubble(page, 'Is it open today?').getByRole('button', { name: 'Message actions' }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  {
    what: 'the dialog for a new thread',
    role: 'agent',
    where: '/chat',
    show: async (page, { name }) => {
      await threadRow(page, name).waitFor();
      await page.getByRole('button', { name: 'New thread' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    what: 'the sheet of shortcuts',
    role: 'agent',
    where: '/chat',
    show: async (page, { name }) => {
      await threadRow(page, name).waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  { what: 'the inbox', role: 'manager', where: '/inbox', show: (page, { name }) => threadRow(page, name).waitFor() },
  {
    what: 'the list of numbers',
    role: 'admin',
    where: '/accounts',
    show: (page) => page.getByRole('listitem').filter({ hasText: SHOP_NAME }).first().waitFor(),
  },
  {
    what: 'a number',
    role: 'admin',
    where: '/accounts',
    show: async (page) => {
      await page.getByRole('link').filter({ hasText: SHOP_NAME }).first().click();
      await heading('Connected')(page);
    },
  },
  {
    what: 'a QR code',
    role: 'admin',
    where: '/accounts',
    show: async (page) => {
      await page.getByRole('button', { name: 'Add a number' }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Phone number').fill(freshPhone());
      await dialog.getByLabel('Name', { exact: true }).fill('Unlinked');
      await assertClean(page);
      await dialog.getByRole('button', { name: 'Add and link' }).click();
      await page.getByRole('img', { name: /QR code/ }).waitFor({ timeout: NEXT_CODE_MS });
    },
  },
  { what: 'the dashboard', role: 'admin', where: '/dashboard', show: heading('Hosts') },
  { what: 'the preferences', role: 'admin', where: '/settings', show: heading('Appearance') },
  {
    what: 'the quick replies',
    role: 'admin',
    where: '/settings/replies',
    show: (page) => page.getByRole('button', { name: 'New quick reply' }).first().waitFor(),
  },
  {
    what: 'the users',
    role: 'admin',
    where: '/settings/users',
    show: (page) => page.getByText('agent@demo.test').first().waitFor(),
  },
  {
    what: 'the audit log',
    role: 'admin',
    where: '/settings/audit',
    show: (page) => page.getByText('Added a number').first().waitFor(),
  },
];

describe('the accessibility audit finds nothing serious', () => {
  let visitor: Visitor;
  pagesEndWithTheirTest();

  before(async () => {
    await runningHost();
    visitor = await newVisitor('Ana', 'Is it open today?');
  });

  for (const theme of ['light', 'dark'] as const) {
    const looks: Looks = { theme };

    it(`on the sign-in page, ${theme}`, async () => {
      const page = await openPage(looks);
      await page.goto('/');
      await heading('Sign in to Switchboard')(page);
      await assertClean(page);
    });

    for (const { what, role, where, show } of VIEWS) {
      it(`on ${what}, ${theme}`, async () => {
        const page = await openAs(role, where, looks);
        await show(page, visitor);
        await assertClean(page);
      });
    }

    it(`on a phone’s screen, ${theme}`, async () => {
      const page = await openAs('agent', '/chat', { theme, width: 390, height: 844 });
      await threadRow(page, visitor.name).waitFor();
      await assertClean(page);
      await openThread(page, visitor.name);
      await assertClean(page);
    });
  }
});
