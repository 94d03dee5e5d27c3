import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { LauncherError, messageOf } from '../errors.ts';
import { executableKind, startOf } from '../loop/executable.ts';
import { runTool } from './tool.ts';
import type { Tool } from './tool.ts';

/**
 * Runs a compiler as the ActionLoop proxy does: `COMPILER main srcDir binDir` leaves `binDir/exec`. It failed when it
 * printed anything, ended with a code, or left no `exec`.
 * @param folder the `binDir`, which is made here
 * @returns where the executable is
 * @throws LauncherError build-failed with what the compiler printed
 */
export async function compile(tool: Tool, folder: string, signal: AbortSignal): Promise<string> {
  await mkdir(folder);
  const output = await run({ ...tool, argv: [...tool.argv, folder] }, signal);
  if (output !== '') throw new LauncherError('build-failed', output);
  const entry = join(folder, 'exec');
  if (await isFile(entry)) return entry;
  throw new LauncherError('build-failed', 'cannot compile: the compiler left no bin/exec');
}

async function run(tool: Tool, signal: AbortSignal): Promise<string> {
  const { output, failure } = await runTool(tool, signal).catch((thrown: unknown) => {
    signal.throwIfAborted();
    throw new LauncherError('build-failed', `cannot run the compiler: ${messageOf(thrown)}`);
  });
  return output === '' && failure !== undefined ? `compiler ended: ${failure}` : output;
}

/** An executable that came with the code: it is taken as it is. */
export async function executableIn(folder: string): Promise<string | undefined> {
  const given = join(folder, 'exec');
  const isOne = (await isFile(given)) && executableKind(startOf(given)) !== undefined;
  return isOne ? given : undefined;
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

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
