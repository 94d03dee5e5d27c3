import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Language } from '../manifest.ts';

/**
 * A command of a manifest as it is run: words that name a file of the language's folder stand for that file, `node` for
 * the one that runs the launcher, and `{prepared}` for what the language's `prepare` left.
 * @param program what is known to be behind the first word, if it is
 */
export function argvOf(
  language: Language,
  words: readonly string[],
  prepared: string | undefined,
  program?: string,
): string[] {
  return words.map((word, place) => {
    const known = place > 0 ? undefined : word === 'node' ? process.execPath : program;
    if (known !== undefined) return known;
    const file = join(language.folder, word);
    return existsSync(file) ? file : word.replaceAll('{prepared}', prepared ?? '');
  });
}
