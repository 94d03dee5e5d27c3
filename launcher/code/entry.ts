import { existsSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';

import { entryIn } from '../languages.ts';
import { isBuilt } from '../manifest.ts';
import type { Language } from '../manifest.ts';

/**
 * The file of a folder that is loaded or built.
 * @param names what is at its root
 */
export function findEntry(
  language: Language,
  main: string,
  folder: string,
  names: readonly string[],
): string | undefined {
  return (
    entryIn(language, names) ??
    mainFile(language, main, folder) ??
    sourceFile(language, folder, names)
  );
}

/** `other.niam` is the function `niam` of the file `other.js`. */
function mainFile(language: Language, main: string, folder: string): string | undefined {
  if (!language.dottedMain || !main.includes('.')) return undefined;
  const file = main.slice(0, main.indexOf('.'));
  const names = language.files.map((ending) => `${file}${ending}`);
  return names.find((name) => existsSync(join(folder, name)));
}

/** A compiler takes all sources that there are; one that is part of a loop finds them in any folder. */
function sourceFile(
  language: Language,
  folder: string,
  names: readonly string[],
): string | undefined {
  if (language.build === undefined) return undefined;
  if (isBuilt(language) && names.includes('exec')) return 'exec';
  const isSource = (name: string): boolean => language.files.includes(extname(name));
  const atRoot = names.find(isSource);
  if (atRoot !== undefined || !language.waits) return atRoot;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(isSource);
}
