import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { LauncherError, messageOf } from '../errors.ts';
import { argvOf } from '../loop/words.ts';
import type { Language } from '../manifest.ts';
import type { Environment } from '../settings.ts';
import { runTool } from './tool.ts';

/** The files at the root of the code that declare dependencies, with what installs them. */
function declared(language: Language, folder: string): [string, readonly string[]][] {
  return Object.entries(language.install ?? {}).filter(([file]) => existsSync(join(folder, file)));
}

export function declaresDependencies(language: Language, folder: string): boolean {
  return declared(language, folder).length > 0;
}

/**
 * Installs what the code declares to need, into its own folder.
 * @throws LauncherError build-failed with the installer's own words
 */
export async function installDependencies(
  language: Language,
  folder: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<void> {
  for (const [file, words] of declared(language, folder)) {
    const argv = argvOf(language, words, undefined);
    const { output, failure } = await runTool({ argv, folder, environment }, signal).catch(
      (thrown: unknown) => {
        signal.throwIfAborted();
        return { output: '', failure: messageOf(thrown) };
      },
    );
    if (failure === undefined) continue;
    const reason = `The dependencies in ${file} could not be installed: ${failure}\n${output}`;
    throw new LauncherError('build-failed', reason.trimEnd());
  }
}
