import spawn from 'cross-spawn';
import { once } from 'node:events';

import { Languages } from '../languages.ts';
import type { Language } from '../manifest.ts';
import { languagesFolder } from '../paths.ts';
import { tableOf } from './table.ts';

/** The table of `polyglot-launcher languages`: name, endings, found version, what it needs. */
export async function languagesTable(): Promise<string> {
  const { all } = Languages.read(languagesFolder);
  const rows = await Promise.all(all.map(rowOf));
  return tableOf([['language', 'files', 'entries', 'version', 'needs'], ...rows]);
}

async function rowOf(language: Language): Promise<string[]> {
  const { name, files, entries } = language;
  const needs = language.package === '' ? 'nothing' : `package ${language.package}`;
  return [name, files.join(' ') || '-', entries.join(' ') || '-', await versionOf(language), needs];
}

/** What the language's own program says, without its name. */
export async function versionOf({ version }: Pick<Language, 'version'>): Promise<string> {
  const [program, ...args] = version;
  if (program === undefined) return 'built in';
  const argv0 = program === 'node' ? process.execPath : program;
  const child = spawn(argv0, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = await once(child, 'close').catch(() => [1]);
  const found = /\d+(\.\d+)+/.exec(said)?.[0];
  return ended[0] === 0 && found !== undefined ? found : 'not installed';
}
