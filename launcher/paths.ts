import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder; both `launcher/` and `dist/` are in it. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What production starts. */
export const program = join(root, 'dist/polyglot-launcher.cjs');
export const languagesFolder = join(root, 'languages');
export const consoleFolder = join(root, 'console');
/** One action in each language. */
export const examplesFolder = join(root, 'examples/hello');
export const exampleAction = join(examplesFolder, 'hello.js');

export function version(): string {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
