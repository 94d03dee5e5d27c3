import { watch } from 'chokidar';
import { basename } from 'node:path';

import type { Action } from '../action.ts';
import { unwatched } from '../code/held.ts';
import { messageOf } from '../errors.ts';

export type Say = (line: string, kind: 'news' | 'failure') => void;

export interface ReloadOptions {
  readonly action: Action;
  /** The file or folder. */
  readonly path: string;
  readonly main: string;
  /** Takes a line for the person. */
  readonly say: Say;
}

/** Editors write a file in several steps. */
const settleMs = 50;

/**
 * Loads an action, and again whenever it changes: the new version takes over once it is ready, the old one ends
 * what it had begun, and a version that does not load changes nothing.
 */
export class Reload {
  readonly #options: ReloadOptions;
  #timer: NodeJS.Timeout | undefined;
  #loading: Promise<void> = Promise.resolve();
  #isFirst = true;

  constructor(options: ReloadOptions) {
    this.#options = options;
  }

  /** Loads it now. */
  load(): Promise<void> {
    this.#loading = this.#loading.then(() => this.#load());
    return this.#loading;
  }

  /** From now on loads it whenever it changes. */
  async watch(): Promise<void> {
    const { path: watched, say } = this.#options;
    const watcher = watch(watched, {
      ignoreInitial: true,
      ignored: (path) => unwatched.has(basename(path)),
    });
    watcher.on('all', () => this.#schedule());
    watcher.on('error', (thrown) => say(`does not see changes: ${messageOf(thrown)}`, 'failure'));
    await new Promise((resolve) => watcher.once('ready', () => resolve(undefined)));
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), settleMs);
  }

  async #load(): Promise<void> {
    const { action, path, main, say } = this.#options;
    const wasReady = action.isReady;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    try {
      await action.initFrom(path, main);
      if (!isFirst) say('reloaded', 'news');
    } catch (thrown) {
      if (action.state === 'draining') return;
      const goesOn = wasReady ? ', the version before goes on' : '';
      say(`does not load${goesOn}: ${messageOf(thrown)}`, 'failure');
    }
  }
}
