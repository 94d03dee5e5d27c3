import { expect } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

import { projectFolder, targets } from './build.ts';
import type { Container } from './container.ts';

const examples = join(projectFolder, 'examples/hello');

interface Manifest {
  readonly name: string;
  readonly files: readonly string[];
}

/** The targets that run a language, each with the `value` of `/init` for its example. */
export const greeters: readonly { readonly target: string; readonly payload: object }[] = targets
  .filter((target) => target !== 'base')
  .map((target) => ({ target, payload: { name: 'hello', code: exampleOf(target) } }));

/** `hello.EXT`, or `hello-LANGUAGE/exec`. */
function exampleOf(language: string): string {
  const file = join(projectFolder, 'languages', language, 'language.json');
  const { files } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const source = readdirSync(examples).find((name) => {
    return basename(name, extname(name)) === 'hello' && files.includes(extname(name));
  });
  const executable = join(examples, `hello-${language}`, 'exec');
  return readFileSync(existsSync(executable) ? executable : join(examples, source ?? ''), 'utf8');
}

/** One activation that has to go well. */
export async function greets(container: Container, name = 'Ada'): Promise<void> {
  const { status, json } = await container.run({ name });
  expect({ status, json }).toEqual({ status: 200, json: { greeting: `Hello ${name}!` } });
}
