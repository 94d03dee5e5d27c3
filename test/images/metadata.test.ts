import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { imageOf, projectFolder, targets } from './build.ts';
import { inContainer } from './container.ts';
import { docker } from './docker.ts';
import { eventually } from './eventually.ts';

interface Image {
  readonly Config: {
    readonly User: string;
    readonly Env: readonly string[];
    readonly Entrypoint: readonly string[];
    readonly ExposedPorts: Readonly<Record<string, unknown>>;
    readonly Labels: Readonly<Record<string, string>>;
  };
}

interface Manifest {
  readonly name: string;
  readonly package: string;
}

const languagesFolder = join(projectFolder, 'languages');
const manifests = readdirSync(languagesFolder).map(
  (name) => readJson(join(languagesFolder, name, 'language.json')) as Manifest,
);
const { version } = readJson(join(projectFolder, 'package.json')) as { readonly version: string };

/** Whose tools are taken from another image than Debian's. */
const copied = new Set(['node', 'rust']);

describe('images/Dockerfile', () => {
  test('has a target for every language', () => {
    expect([...targets].sort()).toEqual(['base', ...manifests.map(({ name }) => name)].sort());
  });

  test.each(manifests)('gives $name its language', async ({ name }) => {
    const { Env } = await configOf(name);
    expect(Env).toContain(`OW_LANGUAGE=${name}`);
  });

  test.each(manifests.filter(({ package: names, name }) => names !== '' && !copied.has(name)))(
    'gives $name the packages that its manifest names',
    async ({ name, package: names }) => {
      const query = ['--show', '--showformat', '${db:Status-Status} ', ...names.split(' ')];
      const argv = ['--pull', 'never', '--entrypoint', 'dpkg-query', imageOf(name), ...query];
      const states = await docker('run', '--rm', ...argv);
      expect(new Set(states.split(' '))).toEqual(new Set(['installed']));
    },
  );
});

describe.each(targets)('The image %s', (target) => {
  test('starts as a numeric user, by an init and without a shell', async () => {
    const { User, Entrypoint } = await configOf(target);
    expect(User).toMatch(/^[1-9]\d*:0$/);
    expect(Entrypoint[0]).toBe('/usr/bin/tini');
    expect(Entrypoint.join(' ')).not.toMatch(/\bsh\b/);
  });

  test('says what it is', async () => {
    const { Labels, ExposedPorts } = await configOf(target);
    expect(Object.keys(ExposedPorts)).toEqual(['8080/tcp']);
    expect(Labels).toMatchObject({
      'org.opencontainers.image.title': 'polyglot-launcher',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.version': version,
    });
  });

  test('is healthy before it has an action', () =>
    inContainer(imageOf(target), { options: ['--health-interval', '1s'] }, async (container) => {
      await eventually(
        () => container.inspect(),
        ({ State }) => State.Health?.Status === 'healthy',
      );
    }));

  test('finds by doctor that nothing is broken, and that its language works', async () => {
    const said = await docker('run', '--rm', '--pull', 'never', imageOf(target), 'doctor');
    const language = target === 'base' ? 'actionloop' : target;
    expect(said).toMatch(new RegExp(`^✓ +${language} .*; init .* run`, 'm'));
  });
});

async function configOf(target: string): Promise<Image['Config']> {
  const [image] = JSON.parse(await docker('image', 'inspect', imageOf(target))) as [Image];
  return image.Config;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
