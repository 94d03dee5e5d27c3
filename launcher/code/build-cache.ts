import { randomUUID } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How many are kept: those that were used last. */
const mostKept = 50;

/**
 * Keeps folders by a key that says what is in them. Several launchers may share one: a folder appears whole or not at
 * all. A cache that can't be written to keeps nothing, and no build fails for that.
 */
export class BuildCache {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws Error for what neither is a folder nor can be made one */
  static open(folder: string): BuildCache {
    makeFolder(folder);
    return new BuildCache(folder);
  }

  /** Copies what is kept to `target`, which is not there yet. @returns whether there was anything */
  async fetch(key: string, target: string): Promise<boolean> {
    const kept = join(this.#folder, key);
    try {
      await fs.utimes(kept, new Date(), new Date());
      await fs.cp(kept, target, copying);
      return true;
    } catch {
      // Never kept, or dropped while it was copied.
      await fs.rm(target, { recursive: true, force: true });
      return false;
    }
  }

  /** Keeps a copy of `source`. */
  async keep(key: string, source: string): Promise<void> {
    const aside = join(this.#folder, `.${randomUUID()}`);
    try {
      makeFolder(this.#folder);
      await fs.cp(source, aside, copying);
      await fs.rename(aside, join(this.#folder, key));
      await this.#dropOldest();
    } catch {
      // Somebody else was faster, or the folder can't be written to.
      await fs.rm(aside, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  async #dropOldest(): Promise<void> {
    const names = (await fs.readdir(this.#folder)).filter((name) => !name.startsWith('.'));
    if (names.length <= mostKept) return;
    const aged = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        return { path, usedMs: (await fs.stat(path)).mtimeMs };
      }),
    );
    aged.sort((one, other) => other.usedMs - one.usedMs);
    for (const { path } of aged.slice(mostKept)) {
      await fs.rm(path, { recursive: true, force: true });
    }
  }
}

/** One by one: Node's `recursive` never returns in /proc, where nothing can be made in folders that are there. */
function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (thrown) {
    // Another launcher may have been faster.
    if (!isFolder(folder)) throw thrown;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Some of what is kept knows by their times that files are those that it was made of. */
const copying = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true } as const;
