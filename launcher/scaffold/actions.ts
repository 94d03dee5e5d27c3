import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, parse } from 'node:path';

import { messageOf } from '../errors.ts';
import { SettingsError } from '../settings.ts';

/** What the author of a language has written in it. */
export interface Actions {
  /** The ending of the files, with the dot. */
  readonly ending: string;
  readonly hello: Buffer;
  /** By their path in `conformance/`. */
  readonly samples: ReadonlyMap<string, Buffer>;
}

/** Those that a script can be; `broken` and `niam` say nothing that the author would have to write. */
const sampleNames = new Set([
  'echo',
  'silent',
  'text',
  'sorry',
  'list',
  'surroundings',
  'snowman',
  'crash',
  'archive',
]);

/**
 * Reads the folder of `--actions`: `hello.ENDING` and `echo.ENDING`, and as many of the other samples as there are.
 * `silent` is `echo` without its greetings where it is not there.
 * @throws SettingsError naming the file that is missing or unknown
 */
export function readActions(folder: string): Actions {
  const names = listed(folder);
  const hello = names.find((name) => parse(name).name === 'hello');
  if (hello === undefined) throw wrong(`a file hello with the ending of the language`, folder);
  const { ext: ending } = parse(hello);
  const echo = `echo${ending}`;
  if (ending === '' || !names.includes(echo)) throw wrong(`hello.ENDING and ${echo}`, folder);
  const samples = new Map<string, Buffer>();
  for (const name of names.filter((one) => one !== hello)) {
    checkName(name, ending);
    for (const [path, bytes] of filesAt(join(folder, name), name)) samples.set(path, bytes);
  }
  const silent = `silent${ending}`;
  if (!samples.has(silent)) samples.set(silent, withoutGreetings(samples.get(echo)));
  return { ending, hello: readFileSync(join(folder, hello)), samples };
}

/** The same, under the ending of another language. What else is in the archive keeps its name. */
export function renamed({ ending: old, hello, samples }: Actions, ending: string): Actions {
  const own = new Set([...sampleNames, 'archive/main'].map((name) => `${name}${old}`));
  const rename = (path: string): string =>
    own.has(path) ? `${path.slice(0, -old.length)}${ending}` : path;
  const all = [...samples].map(([path, bytes]) => [rename(path), bytes] as const);
  return { ending, hello, samples: new Map(all) };
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    throw new SettingsError(`--actions: expected a folder, got ${messageOf(cause)}`, { cause });
  }
}

function checkName(file: string, ending: string): void {
  const { name, ext } = parse(file);
  const isSample = sampleNames.has(name) && ext === (name === 'archive' ? '' : ending);
  if (isSample) return;
  const known = [...sampleNames].join(', ');
  throw new SettingsError(`--actions: expected hello${ending} and of ${known}, got ${file}`);
}

function filesAt(path: string, name: string): [string, Buffer][] {
  if (!statSync(path).isDirectory()) return [[name, readFileSync(path)]];
  return readdirSync(path)
    .sort()
    .flatMap((inner) => filesAt(join(path, inner), `${name}/${inner}`));
}

/** The lines that print `hello stdout` and `hello stderr` are all that an echo has more. */
function withoutGreetings(echo: Buffer | undefined): Buffer {
  const lines = (echo?.toString() ?? '').split('\n');
  const others = lines.filter((line) => !/hello (stdout|stderr)/.test(line));
  if (lines.length - others.length >= 2) return Buffer.from(others.join('\n'));
  const lacking = 'a line that prints "hello stdout" and one that prints "hello stderr" in echo';
  throw new SettingsError(`--actions: expected ${lacking}, or a file silent`);
}

function wrong(expected: string, folder: string): SettingsError {
  return new SettingsError(`--actions: expected ${expected}, got none in ${folder}`);
}
