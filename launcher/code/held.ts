import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What installers and editors write beside the code: nobody watches it, so no copy of it is held either. */
export const unwatched: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  '__pycache__',
  '.venv',
]);

/**
 * Kubernetes changes a mounted ConfigMap under its users, by the link `..data`: what it holds now is copied.
 * @returns the path, or where its copy is
 */
export async function heldStill(path: string, isFolder: boolean, home: string): Promise<string> {
  const volume = isFolder ? path : dirname(path);
  const data = join(volume, '..data');
  if (!existsSync(data)) return path;
  const copy = join(home, 'mounted');
  await fs.cp(await fs.realpath(data), copy, { recursive: true, verbatimSymlinks: true });
  return isFolder ? copy : join(copy, basename(path));
}

/** Copies a folder that a person works on. */
export async function holdFolder(folder: string, copy: string): Promise<void> {
  await fs.cp(folder, copy, {
    recursive: true,
    verbatimSymlinks: true,
    async filter(from, to) {
      if (!unwatched.has(basename(from))) return true;
      await fs.symlink(from, to);
      return false;
    },
  });
}

/** Copies one file that a person works on, beside links to its neighbours: programs look for them by their own path. */
export async function holdFile(file: string, copy: string): Promise<void> {
  const [folder, neighbours] = [dirname(file), dirname(copy)];
  await fs.mkdir(neighbours);
  for (const name of await fs.readdir(folder)) {
    if (name !== basename(file)) await fs.symlink(join(folder, name), join(neighbours, name));
  }
  await fs.copyFile(file, copy);
}
