import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { SettingsError } from '../settings.ts';
import type { Files } from './blueprint.ts';
import { dockerfile } from './dockerfile.ts';

const generator = 'scripts/platform-files.js';

/** The repository as a person works on it: an installed package has neither images nor scripts. */
export class Checkout {
  readonly #root: string;

  /** @throws SettingsError where that is no checkout */
  constructor(root: string) {
    this.#root = root;
    const missing = [dockerfile, generator, 'node_modules/prettier'].find(
      (path) => !this.has(path),
    );
    if (missing === undefined) return;
    throw new SettingsError(
      `new-language: expected a checkout of polyglot-launcher after npm ci, and ${root} has no ${missing}`,
    );
  }

  has(path: string): boolean {
    return existsSync(join(this.#root, path));
  }

  read(path: string): string {
    return readFileSync(join(this.#root, path), 'utf8');
  }

  /**
   * Writes new files, and nothing if one of them is there.
   * @throws SettingsError naming it
   */
  add(files: Files): void {
    const existing = [...files.keys()].find((path) => this.has(path));
    if (existing !== undefined) {
      throw new SettingsError(`new-language: ${existing} is there already, and is not overwritten`);
    }
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(this.#root, path)), { recursive: true });
      writeFileSync(join(this.#root, path), bytes, { flag: 'wx' });
    }
  }

  /** Takes files away again, and the folders that are empty then. */
  remove(files: Files): void {
    for (const path of files.keys()) rmSync(join(this.#root, path), { force: true });
    for (const path of files.keys()) this.#removeIfEmpty(dirname(path));
  }

  #removeIfEmpty(folder: string): void {
    try {
      rmdirSync(join(this.#root, folder));
    } catch {
      return;
    }
    this.#removeIfEmpty(dirname(folder));
  }

  change(path: string, text: string): void {
    writeFileSync(join(this.#root, path), text);
  }

  /**
   * Formats files, and writes what follows from the manifests.
   * @returns the paths of what was written
   * @throws Error with what a tool said
   */
  finish(files: Files): string[] {
    const texts = [...files.keys()].filter((path) => /\.(json|md)$/.test(path));
    this.#node('node_modules/prettier/bin/prettier.cjs', '--log-level=error', '--write', ...texts);
    return this.#node(generator).trim().split('\n');
  }

  #node(script: string, ...args: string[]): string {
    const options = { cwd: this.#root, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], options);
    if (status === 0) return stdout;
    throw new Error(`${script}: ${stderr.trim()}`);
  }
}
