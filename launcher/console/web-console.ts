import type Router from '@koa/router';
import type { Context } from 'koa';

import type { Action } from '../action.ts';
import { LauncherError } from '../errors.ts';
import { assertMayLook, ownHeaders } from '../http/guard.ts';
import { consoleFolder } from '../paths.ts';
import type { Journal } from './journal.ts';
import { Pages } from './pages.ts';
import { Viewer } from './viewer.ts';

export interface WebConsoleOptions {
  readonly action: Action;
  readonly journal: Journal;
  /** The path of the WebSocket, empty if there is none. */
  readonly websocket: string;
  readonly token: string | undefined;
  readonly version: string;
}

/** How late a page may be. Looking again and again costs the activations nothing, as telling each page of each would. */
const everyMs = 50;

/** A page for a person at `/`, and what it shows at `/console/events`. */
export class WebConsole {
  readonly #options: WebConsoleOptions;
  readonly #pages = new Pages(consoleFolder);
  readonly #viewers = new Set<Viewer>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WebConsoleOptions) {
    this.#options = options;
  }

  /** Adds its routes. */
  mount(router: Router): void {
    router.get('/', (ctx: Context) => void this.#pages.serve(ctx, 'index.html'));
    router.get('/console/events', (ctx: Context) => this.#open(ctx));
    router.get('/console/:name', (ctx: Context) => {
      if (this.#pages.serve(ctx, ctx.path.slice('/console/'.length))) return;
      throw new LauncherError('no-such-path', `There is nothing at ${ctx.path}.`);
    });
  }

  /** Ends what is open, for the server to close. */
  close(): void {
    this.#showAll();
    for (const viewer of this.#viewers) viewer.end();
  }

  #open(ctx: Context): void {
    ctx.set(ownHeaders);
    assertMayLook(ctx.req, this.#options.token);
    ctx.set({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    ctx.status = 200;
    if (ctx.method === 'HEAD') return;
    ctx.respond = false;
    ctx.res.flushHeaders();
    this.#welcome(new Viewer(ctx.res), ctx);
  }

  #welcome(viewer: Viewer, ctx: Context): void {
    const { websocket, version, journal } = this.#options;
    // A page that comes again can tell by `start` whether it is still the same launcher, and what it has seen of it.
    const start = Math.round(performance.timeOrigin);
    viewer.send('hello', JSON.stringify({ version, start, websocket }));
    viewer.show(journal, this.#status());
    this.#viewers.add(viewer);
    this.#timer ??= setInterval(() => this.#showAll(), everyMs);
    ctx.res.on('error', () => undefined).once('close', () => this.#leave(viewer));
  }

  #leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #showAll(): void {
    const status = this.#status();
    for (const viewer of this.#viewers) viewer.show(this.#options.journal, status);
  }

  #status(): string {
    return JSON.stringify(this.#options.action.status);
  }
}
