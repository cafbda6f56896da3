import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import { threadSchema } from '@switchboard/contract/thread';
import { openAs, pagesEndWithTheirTest } from '../support/browser.ts';
import { bubble, composer, openDetails, openThread, threadRow, write } from '../support/console-page.ts';
import { linkedShop, newVisitor } from '../support/console-scene.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { freshId } from '../support/unique.ts';
import { waitFor, waitForDocument } from '../support/wait.ts';

describe('colleagues in two browsers', () => {
  pagesEndWithTheirTest();

  it('see each other’s messages, assignments, tags and notes as they happen', async () => {
    const visitor = await newVisitor('Ana', 'Who can help me?');
    const [one, other] = [await openAs('agent'), await openAs('manager')];
    await openThread(one, visitor.name);
    await openThread(other, visitor.name);

    await one.getByRole('button', { name: 'Assign', exact: true }).click();
    await one.getByRole('menuitemcheckbox', { name: 'You' }).click();
    await other.getByRole('button', { name: 'Assigned to Demo agent' }).waitFor();

    const tag = freshId('vip');
    const panel = await openDetails(one);
    await panel.getByLabel('Add a tag').fill(tag);
    await panel.getByLabel('Add a tag').press('Enter');
    await panel.getByLabel('Add a note').fill('Pays on Fridays');
    await panel.getByRole('button', { name: 'Save the note' }).click();
    await panel.getByText('Pays on Fridays').waitFor();
    const theirs = await openDetails(other);
    await theirs.getByText(tag).waitFor();
    await theirs.getByText('Pays on Fridays').waitFor();

    await write(one, visitor.name, 'I can');
    await bubble(other, 'I can').getByText('Demo agent').waitFor();

    const thread = adminFirestore().doc(paths.thread(visitor.threadId));
    const { assignedTo, tags } = await waitForDocument(thread, threadSchema, ({ tags }) => tags.length > 0, {
      what: 'the thread to have its tag',
    });
    assert.deepEqual([assignedTo, tags], ['demo-agent', [tag]]);
  });

  it('are warned when both write to the same customer', async () => {
    const visitor = await newVisitor('Dan', 'Hello');
    const [one, other] = [await openAs('agent'), await openAs('manager')];
    await openThread(one, visitor.name);
    await openThread(other, visitor.name);
    const warning = other.getByText('Demo agent is writing to this customer right now');
    // As people write: for longer than it takes to tell it once.
    await waitFor(
      async () => {
        await composer(one, visitor.name).pressSequentially('Good morning ');
        return warning.isVisible();
      },
      (isShown) => isShown,
      { what: 'the colleague to be warned', timeoutMs: 60_000 },
    );
    await composer(one, visitor.name).fill('');
    await warning.waitFor({ state: 'detached' });
  });

  it('find threads by who takes care of them, by tag, and in the archive', async () => {
    const [mine, nobodys] = [await newVisitor('Eva', 'mine'), await newVisitor('Filip', 'nobody’s')];
    const page = await openAs('agent');
    const filters = page.getByRole('group', { name: 'Filters' });
    await openThread(page, mine.name);
    await page.keyboard.press('Escape');
    await openThread(page, mine.name);
    await page.getByRole('button', { name: 'Assign', exact: true }).click();
    await page.getByRole('menuitemcheckbox', { name: 'You' }).click();
    await page.getByRole('button', { name: 'Assigned to You' }).waitFor();

    await filters.getByRole('button', { name: 'Mine' }).click();
    await threadRow(page, mine.name).waitFor();
    await threadRow(page, nobodys.name).waitFor({ state: 'detached' });
    await filters.getByRole('button', { name: 'Unassigned' }).click();
    await threadRow(page, nobodys.name).waitFor();
    await threadRow(page, mine.name).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Archive', exact: true }).click();
    await filters.getByRole('button', { name: 'All' }).click();
    await threadRow(page, nobodys.name).waitFor();
    await threadRow(page, mine.name).waitFor({ state: 'detached' });
    await filters.getByRole('button', { name: 'More filters' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Archived' }).click();
    await threadRow(page, mine.name).waitFor();
  });

  it('find a thread by a name, by a number and by a word of a message', async () => {
    const { phone: shop } = await linkedShop();
    const visitor = await newVisitor('Zamfira', 'hello');
    const word = freshId('quince').replace('-', '');
    const page = await openAs('agent');
    await openThread(page, visitor.name);
    await simulator.send(visitor.phone, { to: shop, text: `A pie with ${word}, please` });
    await bubble(page, word).waitFor();
    const field = page.getByLabel('Search names, numbers, messages');
    const found = page.getByRole('region', { name: 'Threads' }).getByRole('link').filter({ hasText: visitor.name });
    for (const words of [visitor.name, visitor.phone, visitor.phone.slice(-6), word]) {
      await field.fill(words);
      await found.first().waitFor();
      assert.equal(await found.count(), 1, `"${words}" finds the thread once`);
    }
    await field.fill('nothing is called like this');
    await page.getByText('Nothing found for').waitFor();
    await field.press('Escape');
    await threadRow(page, visitor.name).waitFor();
  });

  it('answer with a quick reply that a manager wrote', async () => {
    const visitor = await newVisitor('Horia', 'When do you open?');
    const title = freshId('hours');
    const manager = await openAs('manager', '/settings/replies');
    await manager.getByRole('button', { name: 'New quick reply' }).first().click();
    const dialog = manager.getByRole('dialog');
    await dialog.getByLabel('Title').fill(title);
    await dialog.getByLabel('Text').fill('We open at nine, every day but Sunday.');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });

    const page = await openAs('agent');
    await openThread(page, visitor.name);
    await composer(page, visitor.name).pressSequentially(`/${title}`);
    await page.getByRole('option', { name: new RegExp(title) }).waitFor();
    await composer(page, visitor.name).press('Enter');
    assert.equal(await composer(page, visitor.name).inputValue(), 'We open at nine, every day but Sunday.');
    await composer(page, visitor.name).press('Enter');
    await bubble(page, 'We open at nine').waitFor();
  });
});
