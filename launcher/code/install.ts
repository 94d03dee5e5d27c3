import { readdirSync } from 'node:fs';

import { LauncherError, messageOf, systemCode } from '../errors.ts';
import { argvOf } from '../loop/words.ts';
import type { Installer, Language } from '../manifest.ts';
import type { Environment } from '../settings.ts';
import { runTool } from './tool.ts';
import type { Tool } from './tool.ts';

/** The files at the root of the code that declare dependencies, with what installs them. */
function declared({ install = {} }: Language, folder: string): [string, Installer][] {
  const rows = Object.entries(install);
  const names = rows.length === 0 ? [] : readdirSync(folder).sort();
  return rows.flatMap(([pattern, installer]): [string, Installer][] => {
    const file = names.find((name) => fits(name, pattern));
    return file === undefined ? [] : [[file, installer]];
  });
}

/** A pattern is a name, or `*` and an ending. */
function fits(name: string, pattern: string): boolean {
  return pattern.startsWith('*') ? name.endsWith(pattern.slice(1)) : name === pattern;
}

export function declaresDependencies(language: Language, folder: string): boolean {
  return declared(language, folder).length > 0;
}

/**
 * Installs what the code declares to need, into its own folder.
 * @throws LauncherError build-failed with the installer's own words, or with the package that brings it
 */
export async function installDependencies(
  language: Language,
  folder: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<void> {
  for (const [file, { run, package: needed }] of declared(language, folder)) {
    const tool = { argv: argvOf(language, run, undefined), folder, environment };
    const failure = await failureOf(tool, needed, signal);
    if (failure === undefined) continue;
    const reason = `The dependencies in ${file} could not be installed: ${failure}`;
    throw new LauncherError('build-failed', reason);
  }
}

async function failureOf(
  tool: Tool,
  needed: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const lacking = `what installs them is missing: apt-get install ${needed}`;
  try {
    const { output, failure, isMissing } = await runTool(tool, signal);
    return failure && `${isMissing ? lacking : failure}\n${output}`.trimEnd();
  } catch (thrown) {
    signal.throwIfAborted();
    return systemCode(thrown) === 'ENOENT' ? lacking : messageOf(thrown);
  }
}
