import { write } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ZipFile } from 'yazl';

import { systemCode } from '../errors.ts';

const writeSome = promisify(write);
/** How long a full pipe is left to its reader. */
const fullPipeMs = 5;
const link = 0o120777;
/** The same code is to make the same zip, in any time zone. */
const same = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true };

export interface FolderOptions {
  /** Is asked for every file and folder by its path below the folder. */
  readonly isLeftOut?: (name: string) => boolean;
  /** What comes in front of the names in the zip: nothing, or a folder with its slash. */
  readonly under?: string;
}

/** Collects folders into one zip, with their modes and links. Of two entries with one name the first one stays. */
export class ActionZip {
  readonly #zip = new ZipFile();
  readonly #names = new Set<string>();

  has(name: string): boolean {
    return this.#names.has(name);
  }

  async addFolder(folder: string, options: FolderOptions = {}): Promise<void> {
    const { under = '', isLeftOut = () => false } = options;
    await this.#add(folder, under, (name) => isLeftOut(name.slice(under.length)));
  }

  addText(name: string, text: string, permissions = 0o644): void {
    const mode = 0o100000 | permissions;
    if (this.#isNew(name)) this.#zip.addBuffer(Buffer.from(text), name, { ...same, mode });
  }

  /** Ends it, and writes it to a file descriptor. */
  async writeTo(fd: number): Promise<void> {
    this.#zip.end();
    for await (const chunk of this.#zip.outputStream) await writeAll(fd, Buffer.from(chunk));
  }

  async #add(folder: string, prefix: string, isLeftOut: (name: string) => boolean): Promise<void> {
    const entries = await fs.readdir(folder, { withFileTypes: true });
    entries.sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      const name = `${prefix}${entry.name}`;
      if (isLeftOut(name)) continue;
      if (entry.isDirectory()) {
        if (this.#isNew(name)) this.#zip.addEmptyDirectory(name, { ...same, mode: 0o40755 });
        await this.#add(path, `${name}/`, isLeftOut);
      } else if (this.#isNew(name)) {
        await this.#addFile(path, name, entry.isSymbolicLink());
      }
    }
  }

  async #addFile(path: string, name: string, isLink: boolean): Promise<void> {
    if (isLink) {
      this.#zip.addBuffer(Buffer.from(await fs.readlink(path)), name, { ...same, mode: link });
    } else {
      const { mode } = await fs.stat(path);
      this.#zip.addFile(path, name, { ...same, mode });
    }
  }

  #isNew(name: string): boolean {
    const isNew = !this.#names.has(name);
    this.#names.add(name);
    return isNew;
  }
}

/** Node's streams give up where a pipe that somebody made non-blocking is full several times in a row. */
async function writeAll(fd: number, bytes: Buffer): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    try {
      rest = rest.subarray((await writeSome(fd, rest)).bytesWritten);
    } catch (thrown) {
      if (systemCode(thrown) !== 'EAGAIN') throw thrown;
      await delay(fullPipeMs);
    }
  }
}
