import * as fs from 'node:fs/promises';

import { prepare, preparedFolder } from '../code/prepared.ts';
import { Languages } from '../languages.ts';
import { toolEnvironment } from '../loop/environment.ts';
import type { Language } from '../manifest.ts';
import { languagesFolder } from '../paths.ts';
import { SettingsError } from '../settings.ts';
import type { Settings } from '../settings.ts';
import { versionOf } from './languages.ts';

/**
 * Gets what languages need beyond their package, and keeps it beside their loop: the step that an image takes when it
 * is built, so that nothing is fetched or compiled when it runs.
 * @param names none for all that are installed here
 * @returns what was prepared, for a person
 * @throws SettingsError for a language that does not exist, LauncherError start-failed
 */
export async function prepareLanguages(
  names: readonly string[],
  settings: Settings,
  signal: AbortSignal,
): Promise<string> {
  const languages = await chosen(names, Languages.read(languagesFolder).all);
  const done: string[] = [];
  for (const language of languages) {
    const folder = preparedFolder(language);
    await fs.rm(folder, { recursive: true, force: true });
    const environment = toolEnvironment(settings, language);
    await prepare(language, folder, environment, signal);
    done.push(language.name);
  }
  return done.length === 0 ? 'nothing to prepare' : `prepared ${done.join(', ')}`;
}

async function chosen(
  names: readonly string[],
  all: readonly Language[],
): Promise<readonly Language[]> {
  const unknown = names.find((name) => !all.some((language) => language.name === name));
  if (unknown !== undefined) {
    const known = all.map((language) => language.name).join(', ');
    throw new SettingsError(`prepare: expected languages out of ${known}, got "${unknown}"`);
  }
  const named = names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
  const preparable = named.filter((language) => language.prepare !== undefined);
  if (names.length > 0) return preparable;
  const versions = await Promise.all(preparable.map(versionOf));
  return preparable.filter((_, place) => versions[place] !== undefined);
}
