import { existsSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

import { needsPrepared } from '../manifest.ts';
import type { Language } from '../manifest.ts';
import type { ActionZip } from './action-zip.ts';
import type { Source } from './source.ts';

/** Where the files of the language lie that `exec` starts, and the main that it starts with. */
const loopFolder = 'exec.loop';
const mainName = join(loopFolder, 'main');

/** What programs need and not every launcher gives. */
const surroundings = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/',
  LANG: 'C.UTF-8',
  TMPDIR: '/tmp',
};

/** The main that `compile` was told of what it made, undefined where a folder is not of its making. */
export function compiledMain(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, mainName), 'utf8').replace(/\n$/, '');
  } catch {
    return undefined;
  }
}

/** Whether sources lack an `exec` that any launcher can start, and can have one. One that came with them is theirs. */
export function lacksExec({ language, folder }: Source): boolean {
  if (language.start.length === 0 || language.build !== undefined) return false;
  if (needsPrepared(language)) return false;
  return !existsSync(join(folder, 'exec')) || existsSync(join(folder, loopFolder));
}

/**
 * Adds an `exec` that starts sources by the language's `start`: a loop as an ActionLoop executable, what is run for every
 * activation as the Docker skeleton runs it.
 */
export async function addExec(zip: ActionZip, source: Source): Promise<void> {
  const { language, main } = source;
  zip.addText('exec', scriptOf(source), 0o755);
  const isLeftOut = (name: string): boolean => isForOthers(language, name);
  await zip.addFolder(language.folder, { isLeftOut, under: `${loopFolder}/` });
  if (language.waits) zip.addText(mainName, `${main}\n`);
}

/** Whatever an earlier `compile` left. */
export function isOfExec(name: string): boolean {
  return name === 'exec' || name === loopFolder;
}

/** Documentation, and the tools that a loop does without. */
function isForOthers(language: Language, name: string): boolean {
  if (['README.md', 'conformance', 'language.json', 'prepared'].includes(name)) return true;
  const { start, prepare = [], inspect = [], install = {} } = language;
  const installers = Object.values(install).flatMap(({ run }) => run);
  const tools = [...prepare, ...inspect, ...installers];
  return tools.includes(name) && !start.includes(name);
}

/** It sets no variable that an action may have been given. */
function scriptOf(source: Source): string {
  const { language, folder, entry } = source;
  const { env = {}, start, oneShot, keepsFolder } = language;
  const staysInFolder = oneShot === true || keepsFolder === true;
  const [root, loop] = staysInFolder
    ? ['"$PWD"', `"$PWD"/${loopFolder}`]
    : ['"${PWD%/*}"', '"$PWD"'];
  const words = start.map((word) =>
    existsSync(join(language.folder, word)) ? `${loop}/${quoted(word)}` : quoted(word),
  );
  const path = `${root}/${quoted(entry.slice(folder.length + sep.length))}`;
  const given = oneShot ? [path, '"$@"'] : [root, path, '"$exec_main"'];
  return [
    '#!/bin/sh',
    '# Starts the action where another launcher expects an executable. Made by polyglot-launcher compile.',
    ...Object.entries(surroundings).map(
      ([name, value]) => `export ${name}="\${${name}:-${value}}"`,
    ),
    ...Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `cd "\${0%/*}/${staysInFolder ? '' : loopFolder}" || exit`,
    ...(oneShot ? [] : [`IFS= read -r exec_main <${loop}/main`]),
    `exec ${[...words, ...given].join(' ')}\n`,
  ].join('\n');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
