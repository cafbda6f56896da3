import assert from 'node:assert/strict';
import { openAs, pagesEndWithTheirTest } from '../support/browser.ts';
import { bubble, composer, openThread, threadRow, whenTicked, write } from '../support/console-page.ts';
import { linkedShop, newVisitor, type Visitor } from '../support/console-scene.ts';
import type { LinkedAccount } from '../support/journey.ts';
import { simulator, type ShownMessage } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { waitFor } from '../support/wait.ts';

describe('messages in the console', () => {
  let shop: LinkedAccount;
  pagesEndWithTheirTest();

  before(async () => {
    shop = await linkedShop();
  });

  /** What the customer's phone shows of a text. */
  const shown = async ({ phone }: Visitor, text: string): Promise<ShownMessage[]> =>
    (await simulator.messages(phone, shop.phone)).filter((message) => message.text === text);

  const whenShown = (visitor: Visitor, text: string) =>
    waitFor(
      () => shown(visitor, text),
      (found) => found.length > 0,
      { what: `${visitor.name} to see "${text}"`, timeoutMs: 60_000 },
    );

  it('go out at once and show how far they have come, up to blue', async () => {
    const visitor = await newVisitor('Ana', 'Is my cake ready?');
    const page = await openAs('agent');
    await openThread(page, visitor.name);
    await write(page, visitor.name, 'Yes, from four o’clock');
    await whenTicked(page, 'Yes, from four o’clock', 'Delivered');
    await simulator.read(visitor.phone, shop.phone);
    await whenTicked(page, 'Yes, from four o’clock', 'Read');
    assert.equal((await shown(visitor, 'Yes, from four o’clock')).length, 1);
    assert.equal(await composer(page, visitor.name).inputValue(), '');
  });

  it('come in by themselves, counted until somebody looks', async () => {
    const visitor = await newVisitor('Dan', 'Hello?');
    const page = await openAs('agent');
    const row = threadRow(page, visitor.name);
    await row.getByText('1 unread message').waitFor({ state: 'attached' });
    await simulator.send(visitor.phone, { to: shop.phone, text: 'Anybody there?' });
    await row.getByText('2 unread messages').waitFor({ state: 'attached' });
    await openThread(page, visitor.name);
    await bubble(page, 'Anybody there?').waitFor();
    await page.getByText('2 new messages').waitFor();
    await simulator.send(visitor.phone, { to: shop.phone, text: 'I can wait' });
    await bubble(page, 'I can wait').waitFor();
    await row.getByText(/unread message/).waitFor({ state: 'detached' });
  });

  it('that failed say why, and go out when they are tried again', async () => {
    const visitor = await newVisitor('Eva', 'Can I order?');
    const page = await openAs('agent');
    await openThread(page, visitor.name);
    await simulator.fault({ account: shop.phone, kind: 'error-ack', code: 420, times: 1 });
    await write(page, visitor.name, 'Of course');
    await whenTicked(page, 'Of course', 'Not sent');
    const trouble = bubble(page, 'Of course').getByRole('alert');
    assert.match(await trouble.innerText(), /\w+ \w+/);
    await trouble.getByRole('button', { name: 'Try again' }).click();
    await whenTicked(page, 'Of course', 'Delivered');
    await trouble.waitFor({ state: 'detached' });
    assert.equal((await shown(visitor, 'Of course')).length, 1);
  });

  it('can be written for later, and taken back before that', async () => {
    const visitor = await newVisitor('Filip', 'Call me tomorrow');
    const page = await openAs('agent');
    await openThread(page, visitor.name);
    await composer(page, visitor.name).fill('As you wished');
    await page.getByRole('button', { name: 'Send later' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Tomorrow, 9:00' }).click();
    const scheduled = bubble(page, 'As you wished');
    await scheduled.getByText(/Will be sent .*9:00/).waitFor();
    const entries = adminFirestore().collection('outbox').where('threadId', '==', visitor.threadId);
    const statuses = async () => (await entries.get()).docs.map((entry): unknown => entry.get('status'));
    await waitFor(statuses, ([status]) => status === 'scheduled', { what: 'the entry to be scheduled' });
    await scheduled.getByRole('button', { name: 'Cancel' }).click();
    await scheduled.getByText(/Will be sent/).waitFor({ state: 'detached' });
    await scheduled.getByText('Cancelled before it was sent').waitFor();
    await waitFor(statuses, ([status]) => status === 'cancelled', { what: 'the entry to be cancelled' });
    await write(page, visitor.name, 'Written after it');
    await whenShown(visitor, 'Written after it');
    assert.deepEqual(await shown(visitor, 'As you wished'), []);
  });

  it('can be sent with nothing but the keyboard', async () => {
    const visitor = await newVisitor('Gina', 'Do you deliver?');
    const page = await openAs('agent');
    await threadRow(page, visitor.name).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type(visitor.name);
    await page.getByRole('link').filter({ hasText: visitor.name }).first().waitFor();
    for (let presses = 0; presses < 10; presses += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate('document.activeElement?.textContent ?? ""');
      if (String(focused).includes(visitor.name)) break;
    }
    await page.keyboard.press('Enter');
    await composer(page, visitor.name).waitFor();
    await page.keyboard.press('r');
    await page.keyboard.type('Within the city');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('for free');
    await page.keyboard.press('Enter');
    await whenShown(visitor, 'Within the city\nfor free');
  });

  it('can be the first ones to a number that never wrote', async () => {
    const visitor = await newVisitor('Horia', 'first');
    const stranger = { ...visitor, phone: visitor.phone.replace('+407', '+406') };
    await simulator.addPhone({ phone: stranger.phone, name: 'Ioana' });
    const page = await openAs('agent');
    await page.getByRole('button', { name: 'New thread' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Phone number').fill(stranger.phone);
    await dialog.getByLabel('Message').fill('We found your scarf');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.waitFor({ state: 'detached' });
    await whenTicked(page, 'We found your scarf', 'Delivered');
    assert.equal((await shown(stranger, 'We found your scarf')).length, 1);
  });
});
