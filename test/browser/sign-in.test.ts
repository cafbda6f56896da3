import assert from 'node:assert/strict';
import { getAuth } from 'firebase-admin/auth';
import { getApp } from 'firebase-admin/app';
import { openAs, openPage, pagesEndWithTheirTest } from '../support/browser.ts';
import { adminFirestore } from '../support/stack.ts';
import { freshId } from '../support/unique.ts';

const PAGES = {
  admin: ['Chat', 'Inbox', 'Accounts', 'Dashboard', 'Settings'],
  manager: ['Chat', 'Inbox', 'Accounts', 'Dashboard', 'Settings'],
  agent: ['Chat', 'Accounts', 'Settings'],
} as const;

describe('signing in to the console', () => {
  pagesEndWithTheirTest();

  for (const role of ['admin', 'manager', 'agent'] as const) {
    it(`lets the ${role} in by email and password, to the pages of that role`, async () => {
      const page = await openPage();
      await page.goto('/');
      await page.getByLabel('Email').fill(`${role}@demo.test`);
      await page.getByLabel('Password').fill('demo1234');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
      await links.first().waitFor();
      assert.deepEqual(await links.allInnerTexts(), PAGES[role]);
      assert.equal(new URL(page.url()).pathname, '/chat');
    });
  }

  it('says why, when the password is not right', async () => {
    const page = await openPage();
    await page.goto('/');
    await page.getByLabel('Email').fill('agent@demo.test');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByRole('alert').innerText(), 'The email or the password is not right.');
  });

  it('tells who has no role yet, and lets them in once they were given one', async () => {
    adminFirestore();
    const auth = getAuth(getApp('tests'));
    const email = `${freshId('new')}@demo.test`;
    const { uid } = await auth.createUser({ email, password: 'demo1234', emailVerified: true });
    const page = await openPage();
    await page.goto('/');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill('demo1234');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'You have no role yet' }).waitFor();
    await auth.setCustomUserClaims(uid, { role: 'agent', teams: ['main'] });
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  });

  it('lasts over a reload, until one signs out', async () => {
    const page = await openAs('agent');
    await page.reload();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Switchboard' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in to Switchboard' }).waitFor();
  });
});
