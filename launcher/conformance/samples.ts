import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, parse } from 'node:path';

import { messageOf } from '../errors.ts';
import type { Language } from '../manifest.ts';
import { readSheet } from './sheet.ts';
import { MissingSample } from './subject.ts';
import type { Code, Samples } from './subject.ts';

/** The name of each sample's file or folder, without its ending. */
const names = {
  echo: 'echo',
  silent: 'silent',
  niam: 'niam',
  text: 'text',
  sorry: 'sorry',
  list: 'list',
  surroundings: 'surroundings',
  snowman: 'snowman',
  crash: 'crash',
  archive: 'archive',
  broken: 'broken',
} as const;
const optionalNames = {
  printsAtLoad: 'prints-at-load',
  nothing: 'nothing',
  throws: 'throws',
  overlaps: 'overlaps',
} as const;
/** What every language has from its first day. */
const needed: ReadonlySet<string> = new Set([names.echo, names.silent, names.broken]);
const sheetName = 'samples.json';

/**
 * Reads the samples of a language: `languages/<name>/conformance/`. One that is not there throws `MissingSample` when it
 * is asked for, save for those that a language may do without.
 * @throws Error naming the file, and the key of samples.json, that is unknown, missing or wrong
 */
export function readSamples(language: Pick<Language, 'name' | 'folder'>): Samples {
  const folder = join(language.folder, 'conformance');
  const at = `languages/${language.name}/conformance`;
  if (!existsSync(folder)) throw new Error(`${at}/ is missing: the samples of the language`);
  const sheet = within(`${at}/${sheetName}`, () => readSheet(folder));
  return within(at, () => samplesOf(new SampleFolder(folder, sheet.mains), sheet));
}

type Sheet = ReturnType<typeof readSheet>;

function samplesOf(folder: SampleFolder, sheet: Sheet): Samples {
  const { comment, listsAreObjects, noEntry, broken, throws } = sheet;
  folder.refuseUnknown([...Object.values(names), ...Object.values(optionalNames)]);
  const optional = Object.entries(optionalNames).filter(([, name]) => folder.has(name));
  if ((throws === undefined) === folder.has('throws')) {
    throw new Error(`the file throws and the key "throws" of ${sheetName} belong together`);
  }
  const own = Object.entries(names);
  const absent = own.filter(([, name]) => !folder.has(name) && !needed.has(name));
  const there = own.filter((one) => !absent.includes(one));
  const codes = [...there, ...optional].map(([key, name]) => [key, folder.code(name)] as const);
  const all = Object.fromEntries(codes) as Omit<Samples, 'comment' | 'listsAreObjects' | 'noEntry'>;
  if (folder.has('archive') && !('files' in all.archive)) {
    throw new Error('archive has to be a folder');
  }
  if (!('source' in all.silent)) throw new Error('silent has to be a file');
  const samples = {
    ...{ ...all, comment, listsAreObjects, noEntry, broken: { ...all.broken, ...broken } },
    ...(throws && all.throws ? { throws: { ...all.throws, ...throws } } : {}),
  };
  for (const [key, name] of absent) Object.defineProperty(samples, key, { get: missing(name) });
  return samples;
}

function missing(name: string): () => never {
  return () => {
    throw new MissingSample(name);
  };
}

/** A folder whose files are told by their names without ending. */
class SampleFolder {
  readonly #folder: string;
  readonly #mains: Readonly<Record<string, string>>;
  readonly #files = new Map<string, string>();

  constructor(folder: string, mains: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#mains = mains;
    for (const file of readdirSync(folder)) {
      const { name } = parse(file);
      const other = this.#files.get(name);
      if (other !== undefined) throw new Error(`${other} and ${file} are one sample`);
      if (file !== sheetName) this.#files.set(name, file);
    }
  }

  has(name: string): boolean {
    return this.#files.has(name);
  }

  refuseUnknown(known: readonly string[]): void {
    const unknown = [...this.#files.keys()].find((name) => !known.includes(name));
    if (unknown !== undefined) throw new Error(`no sample is called ${unknown}`);
    const main = Object.keys(this.#mains).find((name) => !known.includes(name));
    if (main !== undefined) throw new Error(`${sheetName}: the key "mains.${main}" is no sample`);
  }

  /** @throws Error naming the sample that is not there */
  code(name: string): Code {
    const file = this.#files.get(name);
    if (file === undefined) throw new Error(`the sample ${name} is missing`);
    const path = join(this.#folder, file);
    const main = this.#mains[name];
    const code = statSync(path).isDirectory()
      ? { files: filesIn(path) }
      : { source: readFileSync(path, 'utf8') };
    return main === undefined ? code : { ...code, main };
  }
}

function filesIn(folder: string): Record<string, string> {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = all.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function within<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw new Error(`${where}: ${messageOf(thrown)}`, { cause: thrown });
  }
}
