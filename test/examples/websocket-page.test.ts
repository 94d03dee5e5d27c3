import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

import type { Launcher } from '../support/launcher.ts';
import { servingWebSocket } from '../support/websocket.ts';

const folder = join(import.meta.dirname, '../../examples/websocket-hello');
const page = pathToFileURL(join(folder, 'index.html')).href;
const executablePath = whereIs('chromium', 'chromium-browser', 'google-chrome');
const testInBrowser = executablePath === undefined ? test.skip : test;

let browser: Browser | undefined;

beforeAll(async () => {
  if (executablePath === undefined) return;
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
});

testInBrowser('The page gets answers, with the keyboard alone', () =>
  withPage('', async (tab, launcher) => {
    const status = tab.getByRole('status');
    await status.getByText('connected', { exact: true }).waitFor();
    await tab.keyboard.press('Tab'); // the address
    await tab.keyboard.press('Tab'); // disconnect
    await tab.keyboard.press('Tab'); // the message
    await tab.keyboard.press('Control+A');
    await tab.keyboard.type('{"name": "Zoë <b>"}');
    await tab.keyboard.press('Control+Enter');
    await tab.getByText('{"greeting":"Hello Zoë <b>!","over":"WebSocket"}').waitFor();
    await tab.keyboard.press('Control+A');
    await tab.keyboard.type('oops');
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Enter');
    await tab.getByText('{"error":"The message is not valid JSON').waitFor();
    await tab.keyboard.press('Shift+Tab');
    await tab.keyboard.press('Shift+Tab');
    await tab.keyboard.press('Enter');
    await status.getByText('closed').waitFor();
    await tab.keyboard.press('Enter');
    await status.getByText('connected', { exact: true }).waitFor();
    launcher.signal('SIGTERM');
    await status.getByText('closed with 1001').waitFor();
  }),
);

testInBrowser('The page has the token and the address from its own address', () =>
  withPage(
    '?token=secret',
    async (tab) => {
      await tab.getByRole('button', { name: 'Send' }).click();
      await tab.getByText('{"greeting":"Hello Ada!","over":"WebSocket"}').waitFor();
      const narrow = { width: 320, height: 600 };
      await tab.setViewportSize(narrow);
      const width = 'document.documentElement.scrollWidth';
      expect(await tab.evaluate(width)).toBeLessThanOrEqual(narrow.width);
    },
    { OW_WEBSOCKET_TOKEN: 'secret' },
  ),
);

async function withPage(
  query: string,
  body: (tab: Page, launcher: Launcher) => Promise<void>,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const env = { OW_AUTOINIT: join(folder, 'hello.py'), ...more };
  const launched = servingWebSocket({ env }, async (launcher) => {
    const tab = await browser?.newPage();
    if (tab === undefined) throw new Error('there is no browser');
    const errors: string[] = [];
    tab.on('pageerror', ({ message }) => errors.push(message));
    const url = `ws://127.0.0.1:${launcher.port}/ws${query}`;
    await tab.goto(`${page}?url=${encodeURIComponent(url)}`);
    await body(tab, launcher);
    await tab.close();
    expect(errors).toEqual([]);
  });
  await launched;
}

/** The first of these programs that is installed, which one has to be in CI. */
function whereIs(...names: string[]): string | undefined {
  const found = names.map((name) => {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      return undefined;
    }
  });
  const first = found.find((path) => path !== undefined);
  if (first === undefined && process.env['CI'] !== undefined) {
    throw new Error(`none of ${names.join(', ')} is installed`);
  }
  return first;
}
