import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { hasBrowser, keepPicture, startBrowser, visiting } from '../support/browser.ts';
import type { Visit } from '../support/browser.ts';
import { withFolder } from '../support/folders.ts';
import { Launcher, serving } from '../support/launcher.ts';
import type { LauncherOptions } from '../support/launcher.ts';

const greeter = (word: string): string => `def main(args):
    print("greeting", args.get("name"))
    if args.get("name") == "nobody": raise ValueError("nobody is here")
    return {"greeting": "${word} " + str(args.get("name"))}
`;

interface Scene extends Visit {
  readonly launcher: Launcher;
  /** Writes the action anew. */
  readonly edit: (code: string) => void;
  /** Another launcher at the same port, for the time of one body. */
  readonly restart: (body: () => Promise<void>) => Promise<void>;
}

const describeInBrowser = hasBrowser ? describe : describe.skip;

describeInBrowser('In Chromium (apt install chromium), the console', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  /** The console of `dev`, for the time of one body; nothing may go wrong in the page. */
  function inDev(
    body: (scene: Scene) => Promise<void>,
    { env = {}, ...context }: BrowserContextOptions & Pick<LauncherOptions, 'env'> = {},
  ): Promise<void> {
    return withFolder({ 'greet.py': greeter('Hello') }, (folder) => {
      const file = join(folder, 'greet.py');
      const edit = (code: string): void => writeFileSync(file, code);
      const options = { env, argv: ['dev', file] };
      const again = async ({ port }: Launcher, inside: () => Promise<void>): Promise<void> => {
        const other = new Launcher(port, options);
        await other.listening();
        await inside().finally(() => other.dispose());
      };
      return serving(options, (launcher) =>
        visiting(
          browser,
          launcher,
          async (visit) => {
            const restart = (inside: () => Promise<void>): Promise<void> => again(launcher, inside);
            await body({ ...visit, launcher, edit, restart });
            expect(visit.complaints).toEqual([]);
          },
          context,
        ),
      );
    });
  }

  test('says what is served, and how it is', () =>
    inDev(async ({ page }) => {
      await page.getByText('greet.py · python').waitFor();
      await page.locator('#action-state', { hasText: 'ready' }).waitFor();
      await page.locator('#loop-state', { hasText: 'idle' }).waitFor();
      await page.locator('#link-state', { hasText: 'live' }).waitFor();
    }));

  test('runs over HTTP, and shows the result, the log line and the activation', () =>
    inDev(async ({ page }) => {
      await ready(page);
      await page.getByRole('button', { name: 'Run' }).click();
      await result(page, 'HTTP 200', '"greeting": "Hello you"');
      await page.getByRole('log', { name: 'Logs' }).getByText('greeting you').waitFor();
      await page.getByRole('table').getByText('ok').waitFor();
      await page.getByRole('img', { name: /Durations: last 1, median [\d.]+ ms/ }).waitFor();
    }));

  test('connects, sends and disconnects', () =>
    inDev(async ({ page }) => {
      await ready(page);
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
      await page.getByText('Connected to /ws.').waitFor();
      for (const name of ['one', 'two']) {
        await parameters(page).fill(JSON.stringify({ name }));
        await page.getByRole('button', { name: 'Send' }).click();
        await result(page, 'WebSocket', `"greeting": "Hello ${name}"`);
      }
      await page.getByRole('button', { name: 'Disconnect' }).click();
      await page.getByText('Disconnected').waitFor();
      expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    }));

  test('shows a reload, and a version that does not load', () =>
    inDev(async ({ page, edit }) => {
      await ready(page);
      edit(greeter('Good evening'));
      await page.locator('#notice', { hasText: 'reloaded' }).waitFor();
      await page.getByRole('button', { name: 'Run' }).click();
      await result(page, 'HTTP 200', '"greeting": "Good evening you"');
      edit('def main(args)\n');
      await page.locator('#notice[data-kind="failure"]', { hasText: 'does not load' }).waitFor();
      await keepPicture(page, 'does-not-load');
      await page.getByRole('button', { name: 'Run' }).click();
      await page.getByRole('table').getByText('ok').nth(1).waitFor();
      edit(greeter('Good night'));
      await page.locator('#notice[data-kind="news"]', { hasText: 'reloaded' }).waitFor();
    }));

  test('is used with the keyboard alone', () =>
    inDev(async ({ page }) => {
      await ready(page);
      const { keyboard } = page;
      await keyboard.press('Tab');
      expect(await focused(page)).toBe('parameters');
      await keyboard.press('Control+A');
      await keyboard.type('{"name": "keys"}');
      await keyboard.press('Control+Enter');
      await result(page, 'HTTP 200', '"greeting": "Hello keys"');
      await keyboard.press('Tab');
      expect(await focused(page)).toBe('run');
      await keyboard.press('Tab');
      expect(await focused(page)).toBe('connect');
      await keyboard.press('Enter');
      await page.getByText('Connected to /ws.').waitFor();
      expect(await focused(page)).toBe('send');
      await keyboard.press('Enter');
      await result(page, 'WebSocket', '"greeting": "Hello keys"');
      await keyboard.press('Tab');
      expect(await focused(page)).toBe('disconnect');
      await keyboard.press('Enter');
      await page.getByText('Disconnected').waitFor();
      expect(await focused(page)).toBe('connect');
      await keyboard.press('Control+Shift+Enter');
      await page.getByText('The WebSocket is not connected.').waitFor();
    }));

  test('says what is wrong with the parameters, and sends nothing', () =>
    inDev(async ({ page, launcher }) => {
      await ready(page);
      await parameters(page).fill('{\n  "name": you }');
      await page.locator('#validity', { hasText: "Unexpected token 'y'" }).waitFor();
      expect(await parameters(page).getAttribute('aria-invalid')).toBe('true');
      await page.getByRole('button', { name: 'Run' }).click();
      expect(await focused(page)).toBe('parameters');
      await parameters(page).fill('3');
      await page.getByText('has to be an object or array').waitFor();
      await parameters(page).fill('[]');
      await page.locator('#validity', { hasText: /^valid JSON$/ }).waitFor();
      expect(launcher.stdout.text).not.toContain('greeting');
    }));

  test('asks for the token, and goes on once it has it', () =>
    withToken(async ({ page, complaints }) => {
      await page.locator('#link-state', { hasText: 'needs the token' }).waitFor();
      expect(await focused(page)).toBe('token');
      await page.getByLabel('Token').fill('wrong');
      await page.keyboard.press('Enter');
      await page.getByLabel('Token').fill('open sesame');
      await page.keyboard.press('Enter');
      await ready(page);
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
      await page.getByRole('button', { name: 'Send' }).click();
      await result(page, 'WebSocket', '"greeting": "Hello you"');
      // Chromium tells of refused requests as errors.
      for (const complaint of complaints.splice(0)) expect(complaint).toContain('401');
    }));

  function withToken(body: (scene: Scene) => Promise<void>): Promise<void> {
    return inDev(body, { env: { OW_WEBSOCKET_TOKEN: 'open sesame' } });
  }

  test('shows anew what was before the page was loaded again', () =>
    inDev(async ({ page }) => {
      await ready(page);
      await page.getByRole('button', { name: 'Run' }).click();
      await page.getByRole('log').getByText('greeting you').waitFor();
      await page.reload();
      await page.getByRole('log').getByText('greeting you').waitFor();
      expect(await page.getByRole('log').getByRole('listitem').count()).toBe(1);
    }));

  test('finds the launcher again after that was started anew', () =>
    inDev(async ({ page, launcher, restart, complaints }) => {
      await ready(page);
      await page.getByRole('button', { name: 'Run' }).click();
      await page.getByRole('log').getByText('greeting you').waitFor();
      await launcher.stop();
      await page.locator('#link-state', { hasText: 'reconnecting' }).waitFor();
      await restart(async () => {
        await page.getByText('the launcher started again').waitFor();
        await ready(page);
        await page.getByRole('button', { name: 'Run' }).click();
        await page.getByRole('log').getByText('greeting you').nth(1).waitFor();
        await page.getByRole('img', { name: /last 1,/ }).waitFor();
      });
      for (const complaint of complaints.splice(0)) expect(complaint).toContain('ERR_');
    }));

  test.each([
    ['narrow-dark', { viewport: { width: 380, height: 800 }, colorScheme: 'dark' }],
    ['narrow-light', { viewport: { width: 320, height: 700 }, colorScheme: 'light' }],
    ['wide-light', { viewport: { width: 1280, height: 860 }, colorScheme: 'light' }],
    ['wide-dark', { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' }],
  ] as const)('fits the screen: %s', (name, options) =>
    inDev(async ({ page }) => {
      await ready(page);
      for (const who of ['you', 'nobody', 'Ada', 'Grace', 'Katherine', 'Barbara']) {
        await parameters(page).fill(JSON.stringify({ name: who }, undefined, 2));
        await page.getByRole('button', { name: 'Run' }).click();
        await page.getByRole('log').getByText(`greeting ${who}`).waitFor();
      }
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
      await page.getByRole('button', { name: 'Send' }).click();
      await result(page, 'WebSocket', '"greeting": "Hello Barbara"');
      await page.getByText('last 7').waitFor();
      const overflow = 'document.documentElement.scrollWidth - window.innerWidth';
      expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
      await keepPicture(page, name);
    }, options),
  );
});

function parameters(page: Page): ReturnType<Page['getByRole']> {
  return page.getByRole('textbox', { name: 'Parameters' });
}

async function ready(page: Page): Promise<void> {
  await page.locator('#action-state', { hasText: 'ready' }).waitFor();
}

/** Settles when the newest result is this one. */
async function result(page: Page, how: string, text: string): Promise<void> {
  const newest = page.getByRole('list', { name: 'Results' }).getByRole('listitem').first();
  const named = newest.getByRole('group', { name: new RegExp(`^${how} in [\\d.]+ ms$`) });
  await named.getByText(text).waitFor();
}

function focused(page: Page): Promise<unknown> {
  return page.evaluate('document.activeElement.id');
}
