import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import type { Page } from 'playwright-core';
import { objectIn, textIn } from '../../scripts/lib/json.ts';
import { openPage, openAs, pagesEndWithTheirTest } from '../support/browser.ts';
import { colleague, runningHost } from '../support/console-scene.ts';
import { accountOfRequest, askAccount, shownQr } from '../support/journey.ts';
import { adminFirestore, stack } from '../support/stack.ts';
import { freshId, freshPhone } from '../support/unique.ts';

/** Signs in on the page. @returns the token the page then has, with which it may do what its person may do and no more. */
async function tokenOfPage(page: Page, email: string): Promise<string> {
  await page.goto('/');
  const answered = page.waitForResponse((answer) => answer.url().includes('accounts:signInWithPassword'));
  await page.getByRole('button', { name: email }).click();
  const answer: unknown = await (await answered).json();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  return textIn(objectIn(answer, 'the answer'), 'idToken', 'the answer');
}

/** Asks Firestore from within the page, past all that its buttons offer. @returns the status of the answer. */
async function ask(page: Page, token: string, method: string, path: string, body?: object): Promise<number> {
  const url = `http://${stack.firestore()}/v1/projects/${stack.projectId}/databases/(default)/documents/${path}`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const request = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const script = `fetch(${JSON.stringify(url)}, ${JSON.stringify(request)}).then((answer) => answer.status)`;
  return Number(await page.evaluate(script));
}

const text = (stringValue: string): object => ({ stringValue });

describe('what an agent may not do', () => {
  pagesEndWithTheirTest();

  const name = freshId('Secret');
  let linking: string;
  before(async () => {
    await runningHost();
    const request = await askAccount(await colleague('admin'), { type: 'add', name, phone: freshPhone() });
    linking = await accountOfRequest(request);
    await shownQr(linking);
  });
  // Nobody will ever scan its QR code, so no host need go on showing it.
  after(() =>
    adminFirestore()
      .doc(paths.account(linking))
      .update({ status: 'deleted', desired: 'deleted', pendingRequest: null }),
  );

  it('is not offered, and refused at its address', async () => {
    const page = await openAs('agent');
    for (const where of ['/dashboard', '/inbox']) {
      await page.goto(where);
      await page.getByText('You may not see this').waitFor();
    }
    await page.goto('/settings');
    await page.getByText('Quick replies').first().waitFor();
    assert.equal(await page.getByText('Audit log').count(), 0);
  });

  it('begins with QR codes: a number is shown without one, and nothing can be changed about it', async () => {
    const page = await openAs('agent', '/accounts');
    await page.getByRole('list', { name: 'Your numbers' }).getByRole('link').filter({ hasText: name }).click();
    await page.getByText('An admin or a manager of the team sees the code here.').waitFor();
    assert.equal(await page.getByRole('img', { name: /QR code/ }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'More actions' }).count(), 0);
    await page.goto('/accounts');
    await page.getByRole('list', { name: 'Your numbers' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Add a number' }).count(), 0);
  });

  it('is refused by the rules too, whatever the page asks for', async () => {
    const page = await openPage();
    const token = await tokenOfPage(page, 'agent@demo.test');

    assert.equal(await ask(page, token, 'GET', paths.account(linking)), 200, 'the number itself is no secret');
    assert.equal(await ask(page, token, 'GET', paths.linking(linking)), 403, 'its QR code is');
    assert.equal(await ask(page, token, 'GET', paths.session(linking)), 403, 'and so is its session');
    assert.equal(await ask(page, token, 'GET', paths.lease(linking)), 403);
    assert.equal(await ask(page, token, 'GET', 'auditLog'), 403);
    const fields = { type: text('disconnect'), accountId: text(linking), status: text('queued') };
    assert.equal(await ask(page, token, 'POST', 'accountRequests', { fields }), 403);
    const raise = { fields: { role: text('admin') } };
    assert.equal(await ask(page, token, 'PATCH', `${paths.user('demo-agent')}?updateMask.fieldPaths=role`, raise), 403);
    const rename = { fields: { status: text('connected') } };
    assert.equal(
      await ask(page, token, 'PATCH', `${paths.account(linking)}?updateMask.fieldPaths=status`, rename),
      403,
    );
  });
});
