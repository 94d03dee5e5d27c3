import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What is kept between two runs: the Debian base, and what the Docker daemon of the tests has. */
export function cacheFolder(): string {
  const parent = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(parent, 'polyglot-launcher', 'images');
  mkdirSync(folder, { recursive: true });
  return folder;
}
