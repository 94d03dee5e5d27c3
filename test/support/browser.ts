import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import type { Launcher } from './launcher.ts';

const executablePath = '/usr/bin/chromium';
const screenshots = join(import.meta.dirname, '../browser/screenshots');
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where there is none, tests say so by their name; in CI that is a failure. */
export const hasBrowser = existsSync(executablePath) || process.env['CI'] !== undefined;

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args });
}

/** A page, and what went wrong in it. */
export interface Visit {
  readonly page: Page;
  /** Errors of the page, refusals of its policy, and requests to anywhere but the launcher. */
  readonly complaints: string[];
}

/** The console of a launcher in a browser of its own, for the time of one body. */
export async function visiting(
  browser: Browser,
  launcher: Launcher,
  body: (visit: Visit) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const own = `127.0.0.1:${launcher.port}`;
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).host !== own) complaints.push(request.url());
  });
  try {
    await page.goto(`http://${own}/`);
    await body({ page, complaints });
  } finally {
    await context.close();
  }
}

/** Keeps what the page looks like, for a person to look at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}
