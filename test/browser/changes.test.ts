import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { openAs, pagesEndWithTheirTest } from '../support/browser.ts';
import { bubble, chooseFor, composer, openThread, whenTicked, write } from '../support/console-page.ts';
import { linkedShop, newVisitor, type Visitor } from '../support/console-scene.ts';
import type { LinkedAccount } from '../support/journey.ts';
import { simulator, type ShownMessage } from '../support/simulator-client.ts';
import { waitFor } from '../support/wait.ts';

describe('answers, reactions and changes in the console', () => {
  let shop: LinkedAccount;
  pagesEndWithTheirTest();

  before(async () => {
    shop = await linkedShop();
  });

  const whenPhoneShows = async (
    { phone }: Visitor,
    what: string,
    isMet: (message: ShownMessage) => boolean,
  ): Promise<ShownMessage> => {
    const found = await waitFor(
      async () => (await simulator.messages(phone, shop.phone)).find(isMet),
      (message) => message !== undefined,
      { what, timeoutMs: 60_000 },
    );
    assert.ok(found);
    return found;
  };

  async function talking(firstName: string): Promise<{ page: Page; visitor: Visitor; ours: string }> {
    const visitor = await newVisitor(firstName, 'Is it still there?');
    const page = await openAs('agent');
    await openThread(page, visitor.name);
    await write(page, visitor.name, 'It is stil there');
    await whenTicked(page, 'It is stil there', 'Delivered');
    const { id } = await whenPhoneShows(visitor, 'our answer', ({ text }) => text === 'It is stil there');
    return { page, visitor, ours: id };
  }

  it('quote both ways, and lead to what is quoted', async () => {
    const { page, visitor, ours } = await talking('Ana');
    await chooseFor(page, 'Is it still there?', 'Reply');
    await page.getByText(`Reply to ${visitor.name}`).waitFor();
    await write(page, visitor.name, 'In blue as well');
    const shown = await whenPhoneShows(visitor, 'our answer', ({ text }) => text === 'In blue as well');
    assert.deepEqual([shown.quotedId, shown.quotedText], [visitor.messageId, 'Is it still there?']);
    await simulator.send(visitor.phone, { to: shop.phone, text: 'Then I take it', quote: ours });
    const quoted = bubble(page, 'Then I take it').getByRole('button', { name: /Go to the quoted message/ });
    await quoted.waitFor();
    assert.match(await quoted.innerText(), /You\s+It is stil there/);
    await quoted.click();
    await bubble(page, 'It is stil there').first().waitFor();
  });

  it('react both ways, and take a reaction back', async () => {
    const { page, visitor, ours } = await talking('Dan');
    await chooseFor(page, 'Is it still there?', 'React with 👍');
    await whenPhoneShows(visitor, 'our thumb', ({ id, reactions }) => {
      return id === visitor.messageId && reactions.some(({ emoji }) => emoji === '👍');
    });
    await simulator.react(visitor.phone, shop.phone, ours, '🙏');
    await bubble(page, 'It is stil there').getByRole('button', { name: 'React with 🙏' }).waitFor();
    await bubble(page, 'Is it still there?').getByRole('button', { name: 'Take back 👍' }).click();
    await whenPhoneShows(
      visitor,
      'no thumb',
      ({ id, reactions }) => id === visitor.messageId && reactions.length === 0,
    );
    await bubble(page, 'Is it still there?')
      .getByRole('button', { name: 'Take back 👍' })
      .waitFor({ state: 'detached' });
  });

  it('put other words in place of what was written, both ways', async () => {
    const { page, visitor, ours } = await talking('Eva');
    await chooseFor(page, 'It is stil there', 'Edit');
    assert.equal(await composer(page, visitor.name).inputValue(), 'It is stil there');
    await write(page, visitor.name, 'It is still here');
    await bubble(page, 'It is still here').getByText('edited').waitFor();
    await whenPhoneShows(visitor, 'the new words', ({ id, text, isEdited }) => {
      return id === ours && isEdited && text === 'It is still here';
    });
    await simulator.edit(visitor.phone, shop.phone, visitor.messageId, 'Is the red one still there?');
    await bubble(page, 'Is the red one still there?').getByText('edited').waitFor();
  });

  it('delete for everyone, both ways', async () => {
    const { page, visitor, ours } = await talking('Filip');
    await chooseFor(page, 'It is stil there', 'Delete for everyone');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await bubble(page, 'You deleted this message').waitFor();
    await whenPhoneShows(visitor, 'the deletion', ({ id, isRevoked }) => id === ours && isRevoked);
    await simulator.delete(visitor.phone, shop.phone, visitor.messageId);
    await bubble(page, 'This message was deleted').waitFor();
    await bubble(page, 'Is it still there?').waitFor({ state: 'detached' });
  });
});
