import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Languages } from '../../launcher/languages.ts';
import type { Language } from '../../launcher/manifest.ts';
import { languagesFolder } from '../../launcher/paths.ts';
import { isTestable } from '../support/installed.ts';
import { serving } from '../support/launcher.ts';
import type { Launcher } from '../support/launcher.ts';

const folder = join(import.meta.dirname, '../../platform/tests/dat/actions');
const managed = Languages.read(languagesFolder).all.filter(({ kind }) => kind !== 'blackbox');

describe.each(['unicode.tests', 'echo.tests'])('%s', (name) => {
  test('has an action for each kind', () => {
    const wanted = managed.map(({ kind }) => `${kind.replace(':', '-')}.txt`);
    expect(readdirSync(join(folder, name)).sort()).toEqual(wanted.sort());
  });
});

for (const language of managed) {
  const { kind } = language;
  (isTestable(language) ? describe : describe.skip)(`The test actions of ${kind}`, () => {
    test('keep Unicode in sources, parameters, logs and results', () =>
      withAction('unicode.tests', language, async (launcher) => {
        const { status, json } = await launcher.run({ delimiter: '❄' });
        expect([status, json]).toEqual([200, { winter: '❄ ☃ ❄' }]);
        expect(launcher.stdout.text).toContain('❄ ☃ ❄');
      }));

    test('echo', () =>
      withAction('echo.tests', language, async (launcher) => {
        const value = { string: 'hello', list: [1, { a: null }] };
        expect((await launcher.run(value)).json).toEqual(value);
      }));
  });
}

/** Created as `WskUnicodeTests` does: it names an entry point for kinds of Java alone. */
function withAction(
  tests: 'unicode.tests' | 'echo.tests',
  { name, kind }: Language,
  body: (launcher: Launcher) => Promise<void>,
): Promise<void> {
  const code = readFileSync(join(folder, tests, `${kind.replace(':', '-')}.txt`), 'utf8');
  const main = kind.startsWith('java') ? mainsOfJava[tests] : undefined;
  return serving({ env: { OW_LANGUAGE: name } }, async (launcher) => {
    await launcher.load({ code, main });
    await body(launcher);
  });
}

const mainsOfJava = { 'unicode.tests': 'Unicode', 'echo.tests': 'Echo' };
