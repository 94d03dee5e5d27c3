import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Who may connect, and where. */
export interface Door {
  readonly path: string;
  /** Origins (`https://example.org`) or hosts (`example.org`); undefined lets all in. */
  readonly origins: readonly string[] | undefined;
  readonly token: string | undefined;
}

/** Why a handshake is refused, before it: a status and its sentence. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 503;
  readonly reason: string;
}

/** Judges a handshake. */
export function refusalOf(request: IncomingMessage, door: Door): Refusal | undefined {
  const url = urlOf(request);
  if (url.pathname !== door.path) {
    return { status: 404, reason: `There is no WebSocket at ${url.pathname}.` };
  }
  if (!isAllowed(request.headers.origin, door.origins)) {
    return { status: 403, reason: 'This origin may not connect.' };
  }
  if (!knowsToken(request, door.token)) {
    return { status: 401, reason: 'A token is needed: Authorization: Bearer …, or ?token=….' };
  }
  return undefined;
}

/** Whether it brings the token, if there is one to bring. */
export function knowsToken(request: IncomingMessage, token: string | undefined): boolean {
  return token === undefined || isSame(givenToken(request, urlOf(request)), token);
}

/** The request's URL, whose host means nothing here; what is no URL is nowhere. */
export function urlOf(request: IncomingMessage): URL {
  const target = request.url ?? '/';
  const url = target.startsWith('/') ? `http://localhost${target}` : target;
  return new URL(URL.canParse(url) ? url : 'nowhere:');
}

function isAllowed(origin: string | undefined, allowed: readonly string[] | undefined): boolean {
  if (allowed === undefined) return true;
  if (origin === undefined) return false;
  const host = URL.canParse(origin) ? new URL(origin).host : origin;
  return allowed.includes(origin) || allowed.includes(host);
}

function givenToken(request: IncomingMessage, url: URL): string {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return bearer ?? url.searchParams.get('token') ?? '';
}

/** Takes the same time wherever the difference is, and whatever the length. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
