import { watch } from 'chokidar';
import { basename } from 'node:path';

import type { Action } from '../action.ts';
import { messageOf } from '../errors.ts';

export interface ReloadOptions {
  readonly action: Action;
  /** The file or folder. */
  readonly path: string;
  readonly main: string;
  /** Takes a line for the person. */
  readonly say: (line: string) => void;
}

/** What editors and installers write beside the code. */
const ignored = new Set(['node_modules', '.git', '__pycache__', '.venv']);
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

  constructor(options: ReloadOptions) {
    this.#options = options;
  }

  /** Loads it now. */
  load(): Promise<void> {
    this.#loading = this.#loading.then(() => this.#load());
    return this.#loading;
  }

  /** Loads it whenever it changes. @returns a function that ends that */
  async watch(): Promise<() => Promise<void>> {
    const watcher = watch(this.#options.path, {
      ignoreInitial: true,
      ignored: (path) => ignored.has(basename(path)),
    });
    watcher.on('all', () => this.#schedule());
    await new Promise((resolve) => watcher.once('ready', () => resolve(undefined)));
    return () => {
      clearTimeout(this.#timer);
      return watcher.close();
    };
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), settleMs);
  }

  async #load(): Promise<void> {
    const { action, path, main, say } = this.#options;
    const wasReady = action.isReady;
    try {
      await action.initFrom(path, main);
      if (wasReady) say('reloaded');
    } catch (thrown) {
      say(`does not load${wasReady ? ', the version before goes on' : ''}: ${messageOf(thrown)}`);
    }
  }
}
