import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import { LauncherError } from '../errors.ts';
import { knowsToken } from '../ws/upgrade.ts';

/** For what only who runs the action is to see, and nobody keeps. */
export const ownHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

/**
 * What the launcher tells of itself is for who runs the action, and not for any page that happens to be open in the
 * same browser.
 * @throws LauncherError foreign-origin, token-needed
 */
export function assertMayAsk(request: IncomingMessage, token: string | undefined): void {
  if (isForeign(request)) {
    throw new LauncherError('foreign-origin', 'Pages of other origins may not look in here.');
  }
  if (!knowsToken(request, token)) {
    throw new LauncherError(
      'token-needed',
      'A token is needed: Authorization: Bearer …, or ?token=….',
    );
  }
}

/**
 * Logs hold what users sent, and so are shown to fewer.
 * @throws LauncherError foreign-origin, token-needed
 */
export function assertMayLook(request: IncomingMessage, token: string | undefined): void {
  assertMayAsk(request, token);
  // A name that its owner points at this machine makes a foreign page one of the same origin; the token stops that too.
  if (token === undefined && !isOwnName(hostOf(request))) {
    throw new LauncherError(
      'foreign-origin',
      'Without OW_WEBSOCKET_TOKEN the console is open at localhost and at IP addresses only.',
    );
  }
}

/** Browsers say in Sec-Fetch-Site who asks, where they trust the address; everywhere else there is Origin. */
function isForeign({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

function hostOf({ headers }: IncomingMessage): string {
  const url = `http://${headers.host ?? ''}`;
  return URL.canParse(url) ? new URL(url).hostname : '';
}

function isOwnName(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}
