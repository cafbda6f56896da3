import assert from 'node:assert/strict';
import { openAs, pagesEndWithTheirTest } from '../support/browser.ts';
import { bubble, openThread, threadRow, whenTicked, write } from '../support/console-page.ts';
import { linkedShop, newVisitor } from '../support/console-scene.ts';
import { messagesOf } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { waitFor } from '../support/wait.ts';

describe('a console without a connection', () => {
  pagesEndWithTheirTest();

  it('says so, keeps what is written, and sends it once when the connection is back', async () => {
    const shop = await linkedShop();
    const visitor = await newVisitor('Ana', 'Are you there?');
    const page = await openAs('agent');
    await openThread(page, visitor.name);
    await bubble(page, 'Are you there?').waitFor();

    await page.context().setOffline(true);
    await page.getByText('You are offline.').waitFor();
    for (const text of ['written in a tunnel', 'and in the next one']) {
      await write(page, visitor.name, text);
      await whenTicked(page, text, 'Waiting to be sent');
    }
    const texts = async () => (await simulator.messages(visitor.phone, shop.phone)).map(({ text }) => text);
    assert.deepEqual(await texts(), ['Are you there?']);

    await page.context().setOffline(false);
    await page.getByText('You are offline.').waitFor({ state: 'detached' });
    await whenTicked(page, 'written in a tunnel', 'Delivered');
    await whenTicked(page, 'and in the next one', 'Delivered');
    const shown = await waitFor(texts, ({ length }) => length >= 3, { what: 'both messages to arrive' });
    assert.deepEqual(shown, ['Are you there?', 'written in a tunnel', 'and in the next one']);
    const stored = (await messagesOf(visitor.threadId)).map(({ body }) => body);
    assert.deepEqual(stored, ['Are you there?', 'written in a tunnel', 'and in the next one']);
  });

  it('still shows the threads it has seen', async () => {
    const visitor = await newVisitor('Dan', 'Kept for later');
    const page = await openAs('agent');
    await openThread(page, visitor.name);
    await bubble(page, 'Kept for later').waitFor();
    await page.getByRole('link', { name: 'Chat', exact: true }).click();
    await page.context().setOffline(true);
    await threadRow(page, visitor.name).click();
    await bubble(page, 'Kept for later').waitFor();
  });

  it('lets one answer an unread thread before its messages have come', async () => {
    const visitor = await newVisitor('Eva', 'Not seen yet');
    const page = await openAs('agent');
    await threadRow(page, visitor.name).waitFor();
    await page.context().setOffline(true);
    await openThread(page, visitor.name);
    await write(page, visitor.name, 'Written blindly');
    await whenTicked(page, 'Written blindly', 'Waiting to be sent');
    await page.context().setOffline(false);
    await bubble(page, 'Not seen yet').waitFor();
    await whenTicked(page, 'Written blindly', 'Delivered');
  });
});
