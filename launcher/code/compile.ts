import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { LauncherError, messageOf } from '../errors.ts';
import { executableKind, startOf } from '../loop/executable.ts';
import { describeEnding, endingOf, spawnGroup } from '../loop/spawn.ts';
import { killGroup } from '../loop/stop.ts';
import type { Environment } from '../settings.ts';
import type { Source } from './source.ts';

export interface Compiler {
  readonly program: string;
  readonly environment: Environment;
}

/**
 * Builds as the ActionLoop proxy does: `COMPILER main srcDir binDir` leaves `binDir/exec`. It failed when it
 * printed anything, ended with a code, or left no `exec`. An executable is taken as it is.
 * @param home the private folder of the action
 * @returns where the executable is
 * @throws LauncherError build-failed with what the compiler printed
 */
export async function compile(
  source: Source,
  home: string,
  compiler: Compiler,
  signal: AbortSignal,
): Promise<Source> {
  const given = join(source.folder, 'exec');
  if (await isExecutableFile(given)) return { ...source, entry: given };
  const folder = join(home, 'bin');
  await mkdir(folder);
  const argv = [compiler.program, source.main, source.folder, folder];
  const output = await run(argv, home, compiler.environment, signal);
  if (output !== '') throw new LauncherError('build-failed', output);
  const entry = join(folder, 'exec');
  if (await isFile(entry)) return { ...source, folder, entry };
  throw new LauncherError('build-failed', 'cannot compile: the compiler left no bin/exec');
}

/**
 * Compares `exec.env` with the environment that executables have to be made for.
 * @throws LauncherError start-failed; `report` gets the lines that say what differs
 */
export async function checkExecutionEnv(
  entry: string,
  expected: string,
  report: (lines: string) => void,
): Promise<void> {
  const actual = await readFile(`${entry}.env`, 'utf8').catch((thrown: unknown) => {
    throw new LauncherError('start-failed', messageOf(thrown), { cause: thrown });
  });
  if (actual.trim() === expected) return;
  report(`Expected exec.env should start with ${expected}\nActual value: ${actual.trim()}\n`);
  const reason = 'Execution environment version mismatch. See logs for details.';
  throw new LauncherError('start-failed', reason);
}

async function run(
  argv: string[],
  folder: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<string> {
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = await spawnGroup({ argv, folder, environment, stdio }).catch((thrown: unknown) => {
    throw new LauncherError('build-failed', `cannot run the compiler: ${messageOf(thrown)}`);
  });
  const pid = child.pid ?? 0;
  const kill = (): void => void killGroup(pid);
  signal.addEventListener('abort', kill);
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  }
  const closed = new Promise((resolve) => child.once('close', resolve));
  const ending = await endingOf(child);
  await killGroup(pid);
  await closed;
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  const output = Buffer.concat(chunks).toString();
  return output === '' && ending.code !== 0 ? `compiler ended: ${describeEnding(ending)}` : output;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function isExecutableFile(path: string): Promise<boolean> {
  return (await isFile(path)) && executableKind(startOf(path)) !== undefined;
}
