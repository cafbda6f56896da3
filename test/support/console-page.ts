/** The parts of the console's pages, found as people find them: by what they are and what they are called. */
import type { Locator, Page } from 'playwright-core';

/**
 * How long a code to link a number may take to show, ms. The emulator does not always tell a page of what is written at the very moment it
 * begins to listen; the next code comes after a minute.
 */
export const NEXT_CODE_MS = 90_000;

export function threadRow(page: Page, name: string): Locator {
  return page.getByRole('list', { name: 'Threads' }).getByRole('link').filter({ hasText: name });
}

/** The field one writes in; it is a combobox while quick replies are offered. */
export function composer(page: Page, name: string): Locator {
  return page.getByLabel(`Message to ${name}`, { exact: true });
}

export async function openThread(page: Page, name: string): Promise<void> {
  await threadRow(page, name).click();
  await composer(page, name).waitFor();
}

export function bubble(page: Page, text: string): Locator {
  return page.getByRole('log').getByRole('article').filter({ hasText: text });
}

/** Waits until a message of ours shows these ticks: `Sent`, `Delivered`, `Read`, ... */
export async function whenTicked(page: Page, text: string, ticks: string): Promise<void> {
  await bubble(page, text).getByRole('img', { name: ticks, exact: true }).waitFor();
}

export async function write(page: Page, name: string, text: string): Promise<void> {
  await composer(page, name).fill(text);
  await composer(page, name).press('Enter');
}

/** Chooses from the menu of a message, as a right click opens it. */
export async function chooseFor(page: Page, text: string, entry: string): Promise<void> {
  await bubble(page, text).getByRole('button', { name: 'Message actions' }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

/** Opens the panel with the phone, the tags and the notes of a thread. */
export async function openDetails(page: Page): Promise<Locator> {
  const panel = page.getByRole('complementary', { name: 'Details of this thread' });
  await page.getByRole('button', { name: 'Details', exact: true }).click();
  await panel.waitFor();
  return panel;
}
