import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { withFolder } from './folders.ts';
import { program } from './launcher.ts';

/**
 * Installs the launcher once more, with one language that a test makes up.
 * @param manifest on top of what every manifest has
 * @param files of the language's folder; those that start with `#!` may be executed
 */
export function withLanguage(
  manifest: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, string>>,
  body: (installed: string, root: string) => Promise<void>,
): Promise<void> {
  const named = Object.entries(files).map(([name, text]) => [`languages/made-up/${name}`, text]);
  return withFolder(Object.fromEntries(named) as Record<string, string>, async (root) => {
    const dist = dirname(program);
    cpSync(dist, join(root, 'dist'), { recursive: true });
    copyFileSync(join(dist, '../package.json'), join(root, 'package.json'));
    const folder = join(root, 'languages/made-up');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'language.json'), JSON.stringify({ ...common, ...manifest }));
    await body(join(root, 'dist', basename(program)), root);
  });
}

const common = {
  name: 'made-up',
  kind: 'made-up:1',
  files: ['.mu'],
  entries: ['main.mu'],
  inline: 'main.mu',
  start: [],
  version: ['bash', '--version'],
  package: '',
  logInitErrors: false,
};
