import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { LauncherError, systemCode } from '../errors.ts';

export interface ArchiveLimits {
  /** The sum of all files, counted as they are written. */
  readonly maxUnpackedBytes: number;
  /** Also the most directories that entries may imply by their names without bringing them. */
  readonly maxEntries: number;
}

/** One entry as its archive tells it. Nothing in it has been judged yet. */
export type Entry =
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly mode: number;
      /** All of it where it has at most `smallFileBytes`, else in pieces, to be read once. */
      readonly content: Buffer | AsyncIterable<Buffer>;
    }
  | { readonly kind: 'directory'; readonly name: string; readonly mode: number }
  | { readonly kind: 'symbolic link'; readonly name: string; readonly target: string }
  | { readonly kind: 'hard link'; readonly name: string; readonly target: string };

type FileEntry = Entry & { readonly kind: 'file' };

/** PATH_MAX less the closing NUL: a longer target could not be created anyway. */
export const longestLinkTarget = 4095;

/** Together they bound the memory held by files that wait for the disk: 1 MiB. */
export const smallFileBytes = 64 * 1024;
const maxWriting = 16;

const unstorable = new Set(['ENAMETOOLONG', 'EILSEQ', 'EINVAL', 'EMLINK']);

/**
 * The one place that decides about names and writes. It relies on two facts: whatever it creates, it
 * creates with calls that fail on, and never follow, something that is there already; and nothing
 * ever replaces a directory, so a path found to lead through real directories stays so.
 */
export class Extraction {
  readonly #folder: string;
  readonly #limits: ArchiveLimits;
  readonly #signal: AbortSignal | undefined;
  /** Paths under the folder, '/' between segments, that are real directories: see above. */
  readonly #directories = new Set(['']);
  /** Small files, by path, being written while the next entries are read; one that failed stays. */
  readonly #writing = new Map<string, Promise<void>>();
  #entries = 0;
  #implied = 0;
  #bytes = 0;

  constructor(folder: string, limits: ArchiveLimits, signal?: AbortSignal) {
    this.#folder = folder;
    this.#limits = limits;
    this.#signal = signal;
  }

  async place(entry: Entry): Promise<void> {
    this.#signal?.throwIfAborted();
    this.#entries += 1;
    if (this.#entries > this.#limits.maxEntries) throw this.#tooMany('entries', entry.name);
    await storable(entry.name, this.#create(entry, segmentsOf(entry.name, entry.name)));
  }

  /** Resolves when all is on disk. Needed after a failed `place` too: until then there are writes. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#writing.values());
    await Promise.all(this.#writing.values());
  }

  async #create(entry: Entry, segments: string[]): Promise<void> {
    if (entry.kind === 'directory') return this.#createDirectory(segments, entry);
    if (segments.length === 0) throw refused(entry.name, 'a name', 'the archive’s root');
    await this.#enter(segments.slice(0, -1), entry.name);
    const path = join(this.#folder, ...segments);
    if (this.#writing.has(path) || entry.kind === 'hard link') await this.settle();
    switch (entry.kind) {
      case 'file':
        return this.#createFile(path, entry);
      case 'symbolic link':
        checkLinkTarget(entry.name, entry.target);
        return replacing(path, entry.name, () => fs.symlink(entry.target, path));
      case 'hard link':
        return this.#createHardLink(path, entry);
    }
  }

  async #createDirectory(segments: string[], entry: { name: string; mode: number }): Promise<void> {
    await this.#enter(segments, entry.name);
    // The root is the caller's: an archive's "./" must not open it to others.
    if (segments.length === 0) return;
    await fs.chmod(join(this.#folder, ...segments), (entry.mode & 0o777) | 0o700);
  }

  /** Makes sure that `segments` lead through real directories only, creating those that lack. */
  async #enter(segments: string[], name: string): Promise<void> {
    if (this.#directories.has(segments.join('/'))) return;
    for (let depth = 1; depth <= segments.length; depth += 1) {
      const path = segments.slice(0, depth).join('/');
      if (this.#directories.has(path)) continue;
      await this.#imply(path, name);
      this.#directories.add(path);
    }
  }

  async #imply(path: string, name: string): Promise<void> {
    const absolute = join(this.#folder, path);
    if (this.#writing.has(absolute)) await this.settle();
    this.#implied += 1;
    if (this.#implied > this.#limits.maxEntries) throw this.#tooMany('directories', name);
    try {
      await fs.mkdir(absolute);
      await fs.chmod(absolute, 0o755);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
      const found = await fs.lstat(absolute);
      // A file system that ignores case has the directory under another spelling.
      if (found.isDirectory()) return;
      const kind = found.isSymbolicLink() ? 'symbolic link' : 'file';
      throw refused(name, `a directory at ${quoted(path)}`, `the ${kind} of an earlier entry`);
    }
  }

  async #createFile(path: string, entry: FileEntry): Promise<void> {
    const written = storable(entry.name, this.#write(path, entry));
    if (!Buffer.isBuffer(entry.content)) return written;
    this.#writing.set(path, written);
    written.then(
      () => this.#writing.delete(path),
      () => undefined, // settle tells
    );
    if (this.#writing.size >= maxWriting) await Promise.race(this.#writing.values());
  }

  async #write(path: string, { name, mode, content }: FileEntry): Promise<void> {
    const file = await replacing(path, name, () => fs.open(path, 'wx', 0o600));
    try {
      await file.chmod((mode & 0o777) | 0o600);
      for await (const chunk of Buffer.isBuffer(content) ? [content] : content) {
        this.#signal?.throwIfAborted();
        this.#bytes += chunk.length;
        if (this.#bytes > this.#limits.maxUnpackedBytes) throw this.#tooMany('bytes', name);
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
  }

  async #createHardLink(path: string, entry: { name: string; target: string }): Promise<void> {
    const segments = segmentsOf(entry.target, entry.name);
    const target = join(this.#folder, ...segments);
    if (target === path) throw refused(entry.name, 'a hard link to another entry', 'one to itself');
    const reached = this.#directories.has(segments.slice(0, -1).join('/'));
    if (!reached || !(await isFile(target))) {
      const expected = 'a hard link to a file that came before it';
      throw refused(entry.name, expected, `${quoted(entry.target)}, which is none`);
    }
    await replacing(path, entry.name, () => fs.link(target, path));
  }

  #tooMany(what: 'bytes' | 'directories' | 'entries', name: string): LauncherError {
    const most = what === 'bytes' ? this.#limits.maxUnpackedBytes : this.#limits.maxEntries;
    return badArchive(
      `Archive too large: expected at most ${most} ${what}, got more at entry ${quoted(name)}`,
    );
  }
}

/** Reads what is known to be small. */
export async function whole(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

export function badArchive(message: string, cause?: unknown): LauncherError {
  return new LauncherError('bad-archive', message, cause === undefined ? {} : { cause });
}

export function refused(
  name: string,
  expected: string,
  got: string,
  cause?: unknown,
): LauncherError {
  return badArchive(`Archive entry ${quoted(name)}: expected ${expected}, got ${got}`, cause);
}

/** A name may be 64 KiB of control characters: this one fits into an error message. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}

/** Splits `path`, a name or a hard link's target, as `name`'s entry has it. */
function segmentsOf(path: string, name: string): string[] {
  const got = path === name ? 'this name' : `the target ${quoted(path)}`;
  if (path === '') throw refused(name, 'a name', 'an empty one');
  if (path.includes('\0')) throw refused(name, 'no NUL byte', got);
  // A backslash is judged as a separator, though here it is a letter like any other: other systems
  // that the tree is copied to may read it as one.
  if (/^(?:[a-z]:)?[\\/]/i.test(path)) throw refused(name, 'a relative path', got);
  if (path.split(/[\\/]/).includes('..')) throw refused(name, 'a path without ".."', got);
  return path.split('/').filter((segment) => segment !== '' && segment !== '.');
}

/** Absolute ones and ones that leave the folder are fine: nothing is ever written through a link. */
function checkLinkTarget(name: string, target: string): void {
  if (target === '') throw refused(name, 'a link target', 'an empty one');
  if (target.includes('\0')) throw refused(name, 'a link target without NUL byte', quoted(target));
}

async function storable(name: string, created: Promise<void>): Promise<void> {
  try {
    await created;
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (!unstorable.has(code)) throw error;
    throw refused(name, 'a name and target that the file system can hold', code, error);
  }
}

/** Of two entries with one name the later stands, save that a directory is never replaced. */
async function replacing<T>(path: string, name: string, create: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  if ((await fs.lstat(path)).isDirectory()) {
    throw refused(name, 'a name that is still free', 'that of an earlier directory');
  }
  await fs.unlink(path);
  return create();
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await fs.lstat(path)).isFile();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
