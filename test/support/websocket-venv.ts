import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = join(tmpdir(), 'polyglot-launcher-venvs');

/** A package of PyPI, and the module by which it is known to be there. */
export interface PythonPackage {
  readonly module: string;
  readonly requirement: string;
}

/**
 * The path of a Python that has a package: the machine's, or that of a virtual environment which is made once,
 * outside of the repository. Undefined where it can't be had, which is an error in CI.
 */
export async function pythonWith(wanted: PythonPackage): Promise<string | undefined> {
  if (await has('python3', wanted.module)) return 'python3';
  try {
    return await fromVenv(wanted);
  } catch (cause) {
    if (process.env['CI'] === undefined) return undefined;
    throw new Error(`Python's ${wanted.module} is not there and can't be installed`, { cause });
  }
}

async function fromVenv({ module, requirement }: PythonPackage): Promise<string> {
  const venv = join(folder, module);
  const python = join(venv, 'bin/python');
  if (existsSync(python) && (await has(python, module))) return python;
  mkdirSync(folder, { recursive: true });
  rmSync(venv, { recursive: true, force: true });
  const unfinished = `${venv}-${process.pid}`;
  await run('python3', ['-m', 'venv', unfinished]);
  await run(join(unfinished, 'bin/python'), ['-m', 'pip', 'install', '--quiet', requirement]);
  renameSync(unfinished, venv);
  return python;
}

async function has(python: string, module: string): Promise<boolean> {
  try {
    await run(python, ['-c', `import ${module}`]);
    return true;
  } catch {
    return false;
  }
}
