/** The browser that comes from npm, without a window. Its owner closes it. */
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';

/** What the package switches off for tiny machines in a cloud, and what would make a page less guarded than it is for people. */
const UNWANTED = [
  '--single-process',
  '--no-zygote',
  '--headless',
  '--disable-web-security',
  '--allow-running-insecure',
];

export async function launchChromium(): Promise<Browser> {
  const wanted = chromium.args.filter((argument) => !UNWANTED.some((start) => argument.startsWith(start)));
  // Letters in shades of grey look the same on every machine, and make smaller pictures.
  const args = [...wanted, '--disable-lcd-text'];
  return playwright.launch({ executablePath: await chromium.executablePath(), args, headless: true, timeout: 120_000 });
}
