import { Languages } from './languages.ts';
import { languagesFolder } from './paths.ts';
import { askedAs, SettingsError } from './settings.ts';
import type { Settings } from './settings.ts';

/**
 * The languages of this installation.
 * @throws SettingsError where the settings name one that is none of them
 */
export function readOwnLanguages(settings: Settings): Languages {
  const languages = Languages.read(languagesFolder);
  const names = languages.all.map(({ name }) => name);
  if (settings.language === undefined || names.includes(settings.language)) return languages;
  const asked = JSON.stringify(settings.language);
  const setting = askedAs(settings, 'OW_LANGUAGE');
  throw new SettingsError(`${setting}: expected one of ${names.join(', ')}, got ${asked}`);
}
