import type { Context } from 'koa';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

import { ownHeaders } from '../http/guard.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface Page {
  readonly type: string;
  readonly bytes: Buffer;
}

/** The files of the console. They are few, and what is asked for is looked up among them and never on disk. */
export class Pages {
  readonly #pages: ReadonlyMap<string, Page>;

  constructor(folder: string) {
    const names = readdirSync(folder).filter((name) => extname(name) in types);
    this.#pages = new Map(
      names.map((name) => {
        const type = types[extname(name)] ?? '';
        return [name, { type, bytes: readFileSync(join(folder, name)) }];
      }),
    );
  }

  /** @returns whether there is such a file */
  serve(ctx: Context, name: string): boolean {
    const page = this.#pages.get(name);
    if (page === undefined) return false;
    ctx.set({
      ...ownHeaders,
      'content-type': page.type,
      'content-security-policy': policy(ctx.host),
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
    });
    ctx.body = page.bytes;
    return true;
  }
}

/** Everything from here, nothing from elsewhere. Not every browser counts a WebSocket of the same host as `'self'`. */
function policy(host: string): string {
  const sockets = /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self'${sockets}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}
