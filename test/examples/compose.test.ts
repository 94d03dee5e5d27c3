import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { serving } from '../support/launcher.ts';
import { pythonWith } from '../support/websocket-venv.ts';

const run = promisify(execFile);
const file = join(import.meta.dirname, '../../examples/compose/compose.yaml');
// It brings the schema of the Compose Specification.
const python = await pythonWith({ module: 'check_jsonschema', requirement: 'check-jsonschema' });
const describeValidated = python === undefined ? describe.skip : describe;

interface Service {
  readonly build: {
    readonly context: string;
    readonly dockerfile: string;
    readonly target: string;
  };
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes?: readonly { readonly source: string; readonly target: string }[];
}

async function readServices(): Promise<Record<'hello' | 'page', Service>> {
  const script = `import json, sys, ruamel.yaml
print(json.dumps(ruamel.yaml.YAML(typ="safe").load(open(sys.argv[1]))["services"]))`;
  const { stdout } = await run(python ?? '', ['-c', script, file]);
  return JSON.parse(stdout) as Record<'hello' | 'page', Service>;
}

describeValidated('compose/compose.yaml', () => {
  test('fits the Compose Specification', async () => {
    const args = ['--builtin-schema', 'vendor.compose-spec', file];
    await run(python ?? '', ['-m', 'check_jsonschema', ...args]);
  });

  test('builds targets that there are', async () => {
    for (const { build } of Object.values(await readServices())) {
      const dockerfile = join(dirname(file), build.context, build.dockerfile);
      expect(readFileSync(dockerfile, 'utf8')).toMatch(new RegExp(` AS ${build.target}$`, 'm'));
    }
  });

  test('serves a file on /run, as its README says', async () => {
    const { environment, volumes = [], build } = (await readServices()).hello;
    const [mount] = volumes;
    expect(mount?.target).toBe(environment['OW_AUTOINIT']);
    const OW_AUTOINIT = join(dirname(file), mount?.source ?? '');
    const env = { ...environment, OW_LANGUAGE: build.target, OW_AUTOINIT };
    await serving({ env }, async (launcher) => {
      expect((await launcher.run({ name: 'Ada' })).text).toBe('{"greeting":"Hello Ada!"}');
    });
  });

  test('serves a page on /, as its README says', async () => {
    const { environment, build } = (await readServices()).page;
    // Compose makes one dollar of two.
    const given = Object.entries(environment).map(([name, value]) => [
      name,
      value.replaceAll('$$', '$'),
    ]);
    const env = { OW_LANGUAGE: build.target, ...(Object.fromEntries(given) as typeof environment) };
    await serving({ env }, async (launcher) => {
      expect((await launcher.get('/?name=Ada')).text).toBe('Hello Ada!\n');
    });
  });
});
