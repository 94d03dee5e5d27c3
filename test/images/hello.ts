import { expect } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

import { projectFolder, targets } from './build.ts';
import type { Container } from './container.ts';

const examples = join(projectFolder, 'examples/hello');

interface Manifest {
  readonly name: string;
  readonly files: readonly string[];
  readonly build?: readonly string[];
  readonly waits?: boolean;
}

interface Greeter {
  readonly target: string;
  /** The `value` of `/init`. */
  readonly payload: object;
  /** Whether what is executed is made of it, and so needs a folder that allows that. */
  readonly isBuilt: boolean;
}

/** The targets that run a language, each with its example. */
export const greeters: readonly Greeter[] = targets
  .filter((target) => target !== 'base')
  .map((target) => {
    const manifest = manifestOf(target);
    const isBuilt = manifest.build !== undefined && manifest.waits !== true;
    return { target, payload: { name: 'hello', code: exampleOf(target, manifest) }, isBuilt };
  });

function manifestOf(language: string): Manifest {
  const file = join(projectFolder, 'languages', language, 'language.json');
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}

/** `hello.EXT`, however its language writes that, or `hello-LANGUAGE/exec`. */
function exampleOf(language: string, { files }: Manifest): string {
  const source = readdirSync(examples).find((name) => {
    return basename(name, extname(name)).toLowerCase() === 'hello' && files.includes(extname(name));
  });
  const executable = join(examples, `hello-${language}`, 'exec');
  return readFileSync(existsSync(executable) ? executable : join(examples, source ?? ''), 'utf8');
}

/** One activation that has to go well. */
export async function greets(container: Container, name = 'Ada'): Promise<void> {
  const { status, json } = await container.run({ name });
  expect({ status, json }).toEqual({ status: 200, json: { greeting: `Hello ${name}!` } });
}
