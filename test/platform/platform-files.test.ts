import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Languages } from '../../launcher/languages.ts';
import { languagesFolder } from '../../launcher/paths.ts';
import { withCheckout } from '../support/checkout.ts';

const root = join(import.meta.dirname, '../..');
const { all } = Languages.read(languagesFolder);
const managed = all.filter(({ kind }) => kind !== 'blackbox');

interface Image {
  readonly prefix: string;
  readonly name: string;
  readonly tag: string;
}

interface Runtime {
  readonly kind: string;
  readonly image: Image;
  readonly requireMain: boolean;
}

function platformFiles(folder: string, ...args: string[]): { code: number | null; said: string } {
  const script = join(folder, 'scripts/platform-files.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args]);
  return { code: status, said: `${stdout.toString()}${stderr.toString()}` };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

describe('The platform files', () => {
  test('are what the manifests say', () => {
    expect(platformFiles(root, '--check')).toEqual({ code: 0, said: '' });
  });

  test('that differ from a manifest are named, and written anew', () =>
    withCheckout((folder) => {
      const manifest = join(folder, 'languages/ruby/language.json');
      writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"ruby:3"', '"ruby:9"'));
      const { code, said } = platformFiles(folder, '--check');
      expect(code).toBe(1);
      const differing = said.matchAll(/^(\S+) is not what the manifests say/gm);
      const named = [...differing].map(([, name]) => name).sort();
      expect(named).toEqual([
        'docs/actions-ruby.md',
        'platform/README.md',
        'platform/runtimes.json',
        'platform/tests/dat/actions/echo.tests/ruby-3.txt',
        'platform/tests/dat/actions/echo.tests/ruby-9.txt',
        'platform/tests/dat/actions/unicode.tests/ruby-3.txt',
        'platform/tests/dat/actions/unicode.tests/ruby-9.txt',
      ]);
      expect(platformFiles(folder).said.trim().split('\n').sort()).toEqual(named);
      expect(platformFiles(folder, '--check').code).toBe(0);
      return Promise.resolve();
    }));

  test('of a language that is gone go, too', () =>
    withCheckout((folder) => {
      rmSync(join(folder, 'languages/ruby'), { recursive: true });
      expect(platformFiles(folder).code).toBe(0);
      expect(existsSync(join(folder, 'docs/actions-ruby.md'))).toBe(false);
      expect(readFileSync(join(folder, 'platform/runtimes.json'), 'utf8')).not.toContain('ruby');
      return Promise.resolve();
    }));
});

describe('runtimes.json', () => {
  const { runtimes, blackboxes } = readJson('platform/runtimes.json') as {
    readonly runtimes: Readonly<Record<string, readonly Runtime[]>>;
    readonly blackboxes: readonly Image[];
  };
  const text = expect.any(String) as unknown as string;
  const image = { prefix: text, name: expect.stringMatching(/^[a-z0-9-]+$/), tag: text };

  test('has an entry for each kind, in the shape that the platform reads', () => {
    expect(Object.values(runtimes).flatMap((family) => family.map(({ kind }) => kind))).toEqual(
      managed.map(({ kind }) => kind),
    );
    for (const [family, [runtime, ...others]] of Object.entries(runtimes)) {
      expect(others).toEqual([]);
      const { stemCells, ...entry } = runtime as Runtime & { readonly stemCells?: unknown };
      expect(entry).toEqual({
        kind: expect.stringMatching(new RegExp(`^${family}:`)),
        default: true,
        deprecated: false,
        image,
        attached: { attachmentName: 'codefile', attachmentType: 'text/plain' },
        requireMain: expect.any(Boolean),
        sentinelledLogs: true,
      });
      if (stemCells !== undefined) expect(stemCells).toEqual([stemCell()]);
    }
  });

  test('says which kinds need an entry point', () => {
    const needing = Object.values(runtimes)
      .flat()
      .filter(({ requireMain }) => requireMain);
    const said = managed.filter(({ requireMain }) => requireMain === true);
    expect(needing.map(({ kind }) => kind)).toEqual(said.map(({ kind }) => kind));
  });

  test('has every image that takes executables among the blackboxes', () => {
    expect(blackboxes).toEqual(blackboxes.map(() => image));
    expect(blackboxes.map(({ name }) => name)).toEqual(
      ['actionloop', 'native', 'shell'].map((name) => `polyglot-launcher-${name}`),
    );
  });

  test('has every image of the Dockerfile that runs a language', () => {
    const dockerfile = readFileSync(join(root, 'images/Dockerfile'), 'utf8');
    const built = [...dockerfile.matchAll(/\bOW_LANGUAGE=(\S+)/g)].map(([, name = '']) => name);
    const images = [
      ...Object.values(runtimes).flatMap((all) => all.map((one) => one.image)),
      ...blackboxes,
    ];
    const named = images.map(({ name }) => name.replace('polyglot-launcher-', ''));
    expect(built.length).toBeGreaterThan(0);
    expect(named).toEqual(expect.arrayContaining(built));
  });

  /** As `StemCell` and `ReactivePrewarmingConfig` of the platform read it. */
  function stemCell(): object {
    const count = expect.any(Number) as unknown;
    const reactive = { minCount: count, maxCount: count, threshold: count, increment: count };
    const ttl = expect.stringMatching(/^\d+ (milli)?(second|minute|hour|day)s?$/) as unknown;
    const memory = expect.stringMatching(/^\d+ MB$/) as unknown;
    return { initialCount: count, memory, reactive: { ...reactive, ttl } };
  }
});

describe('The pages of the languages', () => {
  test.each(all.map(({ name }) => name))('actions-%s.md leads to what there is', (name) => {
    const page = join(root, 'docs', `actions-${name}.md`);
    const links = readFileSync(page, 'utf8').matchAll(/\]\((?![a-z]+:|#)([^)#]+)/g);
    for (const [, link = ''] of links) {
      expect([link, existsSync(join(dirname(page), link))]).toEqual([link, true]);
    }
  });

  test('there is one for each language, and no other', () => {
    const pages = readdirSync(join(root, 'docs')).filter((file) => file.startsWith('actions-'));
    expect(pages.sort()).toEqual(all.map(({ name }) => `actions-${name}.md`));
  });
});
