import assert from 'node:assert/strict';
import { linkingSchema, type Account } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import type { Page } from 'playwright-core';
import { openAs, pagesEndWithTheirTest } from '../support/browser.ts';
import { NEXT_CODE_MS } from '../support/console-page.ts';
import { colleague, runningHost } from '../support/console-scene.ts';
import { linkByQr, newCustomer, sendText, whenAccount } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { freshId, freshPhone } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';

/** Scans the code on the page: waits until its picture is the one that the host made of its newest code. @returns what that says. */
async function scannedFrom(page: Page, accountId: string): Promise<string> {
  const linking = adminFirestore().doc(paths.linking(accountId));
  const { qr } = await waitFor(
    async () => {
      const stored = linkingSchema.safeParse((await linking.get()).data()).data;
      const width = await page.evaluate('document.querySelector("main img[alt^=QR]")?.naturalWidth');
      const source = await page.evaluate('document.querySelector("main img[alt^=QR]")?.src');
      return { qr: stored?.qr ?? '', isShown: source === stored?.qrDataUrl && Number(width) > 0 };
    },
    ({ qr, isShown }) => qr !== '' && isShown,
    { what: 'the page to show the QR code of this number', timeoutMs: NEXT_CODE_MS },
  );
  return qr;
}

interface Adding {
  readonly name: string;
  readonly phone: string;
  readonly method: 'QR code' | 'Pairing code';
}

async function addOn(page: Page, { name, phone, method }: Adding): Promise<string> {
  await page.getByRole('button', { name: 'Add a number' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add a number' });
  await dialog.getByLabel('Phone number').fill(phone);
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByRole('radio', { name: method }).click();
  await dialog.getByRole('button', { name: 'Add and link' }).click();
  await page.waitForURL(/\/accounts\/account_/);
  return decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
}

/** Scans the code on the page and waits until the page says that the number is connected. */
async function scanOn(page: Page, phone: string, accountId: string): Promise<void> {
  await page.getByText(/A new code in \d+ seconds?/).waitFor({ timeout: NEXT_CODE_MS });
  await simulator.scan(phone, await scannedFrom(page, accountId));
  await page.getByRole('heading', { name: 'Connected', exact: true }).waitFor();
}

/**
 * The pairing code on the page. Firestore's emulator may tell a listener that a document is gone with a later time than its next version
 * has, which the browser's library then takes for an old one: once in some fifteen times the code never shows. Who waits in vain asks again.
 */
async function pairingCodeOn(page: Page): Promise<string> {
  const code = page.getByText(/^[0-9A-Z]{4}\s*–\s*[0-9A-Z]{4}$/);
  const isShown = () =>
    code.waitFor({ timeout: 20_000 }).then(
      () => true,
      () => false,
    );
  // The test's own bound ends it.
  while (!(await isShown())) {
    await page.getByRole('button', { name: 'Use a QR code instead' }).click();
    await page.getByText(/A new code in \d+ seconds?/).waitFor({ timeout: NEXT_CODE_MS });
    await page.getByRole('button', { name: 'Use a pairing code' }).click();
  }
  return (await code.innerText()).replaceAll(/[^0-9A-Z]/g, '');
}

const isConnected = ({ status }: Account): boolean => status === 'connected';

describe('a number that WhatsApp lets start no new chats', () => {
  pagesEndWithTheirTest();
  before(runningHost);

  it('says so with the reason, and goes on when a manager releases the hold', async () => {
    const admin = await colleague('admin');
    const { accountId, phone } = await linkByQr(admin, freshId('Bistro'));
    const stranger = await newCustomer(freshId('Radu'));
    await simulator.fault({ account: phone, kind: 'error-ack', code: 463, times: 1 });
    await sendText(admin, { accountId, toPhone: stranger }, 'We have a new menu');
    await whenAccount(accountId, 'the account to be on hold', ({ hold }) => hold !== null);
    const page = await openAs('manager', `/accounts/${accountId}`);
    await page.getByRole('heading', { name: 'Sending is on hold' }).waitFor();
    await page.getByText('WhatsApp does not let this account start new chats').first().waitFor();
    await page.getByRole('button', { name: 'Release the hold' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Release the hold' }).click();
    await page.getByRole('heading', { name: 'Sending is on hold' }).waitFor({ state: 'detached' });
    await whenAccount(accountId, 'the hold to be gone', ({ hold }) => hold === null);
  });
});

describe('linking a number in the console', () => {
  pagesEndWithTheirTest();
  before(runningHost);

  it('by QR code: the phone scans what the page shows, and the page says that it is connected', async () => {
    const [name, phone] = [freshId('Shop'), freshPhone()];
    await simulator.addPhone({ phone, name });
    const page = await openAs('admin', '/accounts');
    const accountId = await addOn(page, { name, phone, method: 'QR code' });
    await scanOn(page, phone, accountId);
    await page.getByRole('img', { name: /QR code/ }).waitFor({ state: 'detached' });
    await whenAccount(accountId, 'the account to be connected', isConnected);
    await page.getByRole('link', { name: 'Accounts', exact: true }).click();
    const row = page.getByRole('listitem').filter({ hasText: name });
    await row.getByText('Connected', { exact: true }).waitFor();
  });

  it('by pairing code: the phone enters what the page shows', async () => {
    const [name, phone] = [freshId('Garage'), freshPhone()];
    await simulator.addPhone({ phone, name });
    const page = await openAs('manager', '/accounts');
    const accountId = await addOn(page, { name, phone, method: 'Pairing code' });
    await simulator.enterCode(phone, await pairingCodeOn(page));
    await page.getByRole('heading', { name: 'Connected', exact: true }).waitFor();
    await whenAccount(accountId, 'the account to be connected', isConnected);
  });

  it('refuses what is no phone number, before anything is asked of WhatsApp', async () => {
    const page = await openAs('admin', '/accounts');
    await page.getByRole('button', { name: 'Add a number' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Add a number' });
    await dialog.getByLabel('Phone number').fill('12');
    await dialog.getByLabel('Name', { exact: true }).fill('Nowhere');
    await dialog.getByRole('button', { name: 'Add and link' }).click();
    await dialog.getByText('This is no phone number').waitFor();
    assert.equal(new URL(page.url()).pathname, '/accounts');
  });

  it('starts anew when the link is reset: the page shows another code, and the phone may scan it', async () => {
    const [name, phone] = [freshId('Studio'), freshPhone()];
    await simulator.addPhone({ phone, name });
    const page = await openAs('admin', '/accounts');
    const accountId = await addOn(page, { name, phone, method: 'QR code' });
    await scanOn(page, phone, accountId);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Reset the link' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Reset the link' }).click();
    await scanOn(page, phone, accountId);
  });

  it('is undone only by who types the end of the number', async () => {
    const [name, phone] = [freshId('Kiosk'), freshPhone()];
    await simulator.addPhone({ phone, name });
    const page = await openAs('admin', '/accounts');
    const accountId = await addOn(page, { name, phone, method: 'QR code' });
    await page.getByText(/A new code in \d+ seconds?/).waitFor({ timeout: NEXT_CODE_MS });
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const question = page.getByRole('alertdialog');
    const confirm = question.getByRole('button', { name: 'Delete' });
    assert.equal(await confirm.isDisabled(), true);
    await question.getByRole('textbox').fill(phone.slice(-4));
    await confirm.click();
    await whenAccount(accountId, 'the account to be deleted', ({ status }) => status === 'deleted');
  });
});
