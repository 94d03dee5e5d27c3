import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import type { Language } from '../manifest.ts';
import type { Environment } from '../settings.ts';

/** What all that a tool made depends on, beside what it was made of: the tool, the language's own files, this Node. */
export async function fingerprintOf(language: Language, environment: Environment): Promise<string> {
  const hash = createHash('sha256').update(`${process.version} ${process.arch}\0`);
  hash.update(await toolIdentity(language.version[0], environment['PATH'] ?? ''));
  // Its sub-folders hold samples and what was prepared.
  for (const name of (await filesIn(language.folder)).sort()) {
    hash.update(`${name}\0`).update(await fs.readFile(join(language.folder, name)));
  }
  return hash.digest('hex');
}

/** A folder's names, kinds, permissions and contents, put into a hash. */
export async function addTree(hash: Hash, folder: string): Promise<void> {
  const entries = await fs.readdir(folder, { withFileTypes: true });
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      hash.update(`folder ${entry.name}\0`);
      await addTree(hash, path);
      hash.update('end\0');
    } else if (entry.isSymbolicLink()) {
      hash.update(`link ${entry.name}\0${await fs.readlink(path)}\0`);
    } else {
      const { mode, size } = await fs.stat(path);
      hash.update(`file ${entry.name}\0${mode & 0o111} ${size}\0`).update(await fs.readFile(path));
    }
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** Asking a compiler for its version takes longer than looking at its file. */
async function toolIdentity(program: string | undefined, path: string): Promise<string> {
  const found = program === undefined ? undefined : whereIs(program, path);
  if (found === undefined) return '';
  const real = await fs.realpath(found);
  const { mtimeMs, size } = await fs.stat(real);
  return `${real} ${mtimeMs} ${size}\0`;
}

function whereIs(program: string, path: string): string | undefined {
  const candidates = path.split(delimiter).map((folder) => join(folder, program));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
