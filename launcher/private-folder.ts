import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import { SettingsError } from './settings.ts';

/**
 * Makes the folder that all of this process's files are in.
 * @throws SettingsError where nothing can be written
 */
export function makePrivateFolder(parent: string): string {
  try {
    return mkdtempSync(join(parent, 'polyglot-launcher-'));
  } catch (cause) {
    throw new SettingsError(`TMPDIR: expected a folder that can be written to, got ${parent}`, {
      cause,
    });
  }
}
