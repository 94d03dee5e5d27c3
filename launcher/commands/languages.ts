import spawn from 'cross-spawn';
import { once } from 'node:events';

import { messageOf, systemCode } from '../errors.ts';
import { Languages } from '../languages.ts';
import { describeEnding, endingOf } from '../loop/spawn.ts';
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
  const version = await versionOf(language).catch(messageOf);
  const found = version ?? 'not installed';
  return [name, files.join(' ') || '-', entries.join(' ') || '-', found, needs];
}

/** What a shell ends with where it has no such program. */
const notFound = 127;

/**
 * What the language's own program says, without its name.
 * @returns undefined if it is not installed
 * @throws Error with what it said if it does not work
 */
export async function versionOf(language: Pick<Language, 'version'>): Promise<string | undefined> {
  const [program, ...args] = language.version;
  if (program === undefined) return 'built in';
  const argv0 = program === 'node' ? process.execPath : program;
  const { said, failure } = await answerOf(argv0, args);
  const version = /\d+(\.\d+)+/.exec(said)?.[0];
  if (failure === undefined && version !== undefined) return version;
  if (failure === missing) return undefined;
  const why = failure ?? 'expected a version';
  throw new Error(
    [`${language.version.join(' ')}: ${why}`, said.trim()].filter(Boolean).join(': '),
  );
}

const missing = 'not found';

async function answerOf(program: string, args: readonly string[]): Promise<Answer> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  try {
    await once(child, 'close');
  } catch (thrown) {
    return { said, failure: systemCode(thrown) === 'ENOENT' ? missing : messageOf(thrown) };
  }
  const ending = await endingOf(child);
  if (ending.code === 0) return { said, failure: undefined };
  return { said, failure: ending.code === notFound ? missing : describeEnding(ending) };
}

interface Answer {
  readonly said: string;
  /** How it ended if not well. */
  readonly failure: string | undefined;
}
