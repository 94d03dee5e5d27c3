import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { readSamples } from '../../../launcher/conformance/samples.ts';
import type { Code } from '../../../launcher/conformance/subject.ts';
import { Languages } from '../../../launcher/languages.ts';
import type { Language } from '../../../launcher/manifest.ts';
import { languagesFolder } from '../../../launcher/paths.ts';
import { python, zip } from '../../support/archives.ts';
import { compile, entriesOf, pathOf } from '../../support/compiling.ts';
import { withFolder } from '../../support/folders.ts';
import { isTestable } from '../../support/installed.ts';
import { serving } from '../../support/launcher.ts';
import type { Launcher, LauncherOptions } from '../../support/launcher.ts';

const sentinel = 'XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\n';
const value = { a: [1, null, { b: true }], 'é☃': '\u{1f600}\n"\\' };
const awaited = { OW_WAIT_FOR_ACK: '1' };

for (const language of Languages.read(languagesFolder).all.filter(({ waits }) => waits)) {
  describe(`What compile makes of ${language.name}`, () => {
    if (isTestable(language)) testLanguage(language);
    else test.skip(`${language.version.join(' ')} is not installed`, () => undefined);
  });
}

function testLanguage(language: Language): void {
  const { name } = language;
  const { echo, silent, surroundings, throws, text, niam, archive, broken } = readSamples(language);

  test.each([
    ['with', awaited],
    ['without', {}],
  ])('starts by its exec, %s an acknowledgement, where only its interpreter is', (_, env) =>
    withFolder({}, (folder) =>
      servingExec(
        language,
        echo,
        { env: { PATH: ownPath(folder, language), ...env } },
        async (one) => {
          expect((await one.run(value, { activation_id: 'a' })).json).toEqual(value);
          expect((await one.post('/run', '{"value":{"b":1}}')).text).toBe('{"b":1}');
          expect(one.stdout.text).toBe(`hello stdout\n${sentinel}`.repeat(2));
          expect(one.stderr.text).toBe(`hello stderr\n${sentinel}`.repeat(2));
        },
      ),
    ),
  );

  test('has the environment of each activation', () =>
    servingExec(language, surroundings, { env: awaited }, async (launcher) => {
      const names = ['__OW_ACTIVATION_ID', '__OW_LATER', 'WORD', 'folder'];
      const seen = async (context: object): Promise<unknown[]> => {
        const { json } = await launcher.run({ names }, context as Record<string, unknown>);
        return names.map((one) => (json as Record<string, unknown>)[one]);
      };
      expect(await seen({ activation_id: 'one', later: 'x' })).toEqual(['one', 'x', 'käse', '/f']);
      expect(await seen({ activation_id: 'two' })).toEqual(['two', '(unset)', 'käse', '/f']);
    }));

  test('tells what the action throws, and goes on', () =>
    servingExec(language, throws ?? echo, { env: awaited }, async (launcher) => {
      const { error, text: first } = await launcher.run();
      // PHP's own way: an exception is no result.
      expect(error).toMatch(/nooooo|^The action did not return a dictionary or array\.$/);
      expect(launcher.stderr.text).toContain('nooooo');
      expect(launcher.stderr.text).not.toContain('exec.loop');
      expect((await launcher.run()).text).toBe(first);
    }));

  test('refuses a result that is no object', () =>
    servingExec(language, text, { env: awaited }, async (launcher) => {
      const refusal = 'The action did not return a dictionary or array.';
      expect((await launcher.run()).error).toBe(refusal);
    }));

  test('knows its main and its files, by its exec and by the loop that waits', async () => {
    const packed = await compiled(language, niam);
    for (const env of [{ OW_LANGUAGE: 'actionloop', ...awaited }, { OW_LANGUAGE: name }, {}]) {
      await serving({ env }, async (launcher) => {
        await launcher.load({ code: packed.toString('base64'), binary: true });
        expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
      });
    }
    await servingExec(language, archive, { env: awaited }, async (launcher) => {
      expect((await launcher.run()).json).toEqual({ data: 'from the archive' });
    });
  });

  test('is the same for the same code, and for itself', async () => {
    const first = await compiled(language, archive);
    expect((await compiled(language, archive)).equals(first)).toBe(true);
    const { stdout } = compile(first, { env: { TZ: 'Asia/Tokyo' } });
    expect(await entriesOf(stdout)).toEqual(await entriesOf(first));
  });

  test('speaks as it is asked to, from any folder', () =>
    withFolder({ lines: '{}\n{"value":{"b":1},"n":5,"none":null,"o":{}}\n' }, async (folder) => {
      unpack(await compiled(language, silent), join(folder, "it's here"));
      const said = (env: Record<string, string>): unknown => exchange(folder, env);
      const answers = [/^(\{\}|\[\])$/, /^\{"b":1\}$/].map((one) => expect.stringMatching(one));
      const numbered = [/^1 (\{\}|\[\])$/, /^2 \{"b":1\}$/].map((one) =>
        expect.stringMatching(one),
      );
      expect(said({})).toEqual([0, ...answers]);
      expect(said({ __OW_WAIT_FOR_ACK: '1' })).toEqual([0, '{"ok":true}', ...answers]);
      const [code, greeting, ...rest] = said({ __OW_NUMBERED_ANSWERS: '1' }) as string[];
      expect(JSON.parse(greeting ?? '')).toEqual({ ok: true, numbered: true });
      expect([code, ...rest]).toEqual([0, ...numbered]);
    }));

  if (language.build === undefined) {
    test('tells the logs why it does not load, and ends with code 1', () =>
      withFolder({ lines: '{}\n' }, async (folder) => {
        unpack(await compiled(language, broken), join(folder, "it's here"));
        expect(exchange(folder, {})).toEqual([1]);
        expect(exchange(folder, { __OW_WAIT_FOR_ACK: '1' })).toEqual([1]);
        expect(readFileSync(join(folder, 'stderr'), 'utf8')).toMatch(broken.detail);
        const [code, line] = exchange(folder, { __OW_NUMBERED_ANSWERS: '1' });
        expect(code).toBe(1);
        expect(JSON.parse(String(line))).toEqual({ error: expect.stringMatching(broken.detail) });
      }));
  }

  test('has nothing of the language but its loop', async () => {
    const names = Object.keys(await entriesOf(await compiled(language, echo)));
    expect(names).toContain('exec');
    const others = /README|conformance|language\.json|install|prepare|debug/;
    expect(names.filter((one) => others.test(one))).toEqual([]);
  });
}

describe('What compile makes of shell', () => {
  test('has an exec that runs its entry, where another name has it', async () => {
    const script = 'cat data.txt >&2; echo "{\\"given\\":$1}"\n';
    const { stdout } = compile(await zip({ 'main.sh': script, 'data.txt': 'data' }));
    expect((await entriesOf(stdout))['exec']?.[0]).toBe('100755');
    for (const OW_LANGUAGE of ['native', 'shell']) {
      await serving({ env: { OW_LANGUAGE } }, async (launcher) => {
        await launcher.load({ code: stdout.toString('base64'), binary: true });
        expect((await launcher.run({ a: 1 })).json).toEqual({ given: { a: 1 } });
        expect(launcher.stderr.text).toMatch(/^data\n?XXX/);
      });
    }
  });

  test('leaves an exec that came with it', async () => {
    const exec = '#!/bin/sh\necho \'{"own":1}\'\n';
    const { stdout } = compile(await zip({ exec, 'main.sh': 'echo {}\n' }), {
      args: ['--language', 'shell'],
    });
    expect((await entriesOf(stdout))['exec']?.[1]).toBe(exec);
  });
});

async function compiled({ name }: Language, code: Code): Promise<Buffer> {
  const { main } = code;
  const args = ['--language', name, ...(main === undefined ? [] : ['--main', main])];
  const input = 'source' in code ? code.source : await zip(code.files);
  const { code: ended, stdout, stderr } = compile(input, { args });
  expect([ended, stderr]).toEqual([0, '']);
  return stdout;
}

/** What was compiled, served as what any executable is that loops itself. */
async function servingExec(
  language: Language,
  code: Code,
  { env = {} }: LauncherOptions,
  body: (launcher: Launcher) => Promise<void>,
): Promise<void> {
  const packed = (await compiled(language, code)).toString('base64');
  await serving({ env: { OW_LANGUAGE: 'actionloop', ...env } }, async (launcher) => {
    const given = { WORD: 'käse', folder: '/f' };
    await launcher.load({ code: packed, binary: true, main: 'whatever', env: given });
    await body(launcher);
  });
}

/** A PATH on which there is one interpreter, as a version manager's wrapper is none. */
function ownPath(folder: string, { name, version }: Language): string {
  const path = pathOf(folder, ['mkfifo', 'sh', ...(name === 'python' ? [] : version.slice(0, 1))]);
  if (name === 'python') {
    const interpreter = python('import sys; print(sys.executable, end="")').toString();
    symlinkSync(interpreter, join(path, 'python3'));
  }
  return path;
}

function unpack(bytes: Buffer, folder: string): void {
  mkdirSync(folder);
  const path = `${folder}.zip`;
  writeFileSync(path, bytes);
  python(`
import os, zipfile
with zipfile.ZipFile(${JSON.stringify(path)}) as archive:
    for one in archive.infolist():
        os.chmod(archive.extract(one, ${JSON.stringify(folder)}), one.external_attr >> 16)`);
}

/** Runs the exec of `folder/it's here` by itself: the code that it ends with, and what it writes on fd 3. */
function exchange(folder: string, env: Readonly<Record<string, string>>): unknown[] {
  const script = `cat "$0/lines" | "$0/it's here/exec" 2>"$0/stderr" 3>"$0/said"`;
  const { PATH } = process.env;
  const { status } = spawnSync('sh', ['-c', script, folder], { cwd: '/', env: { PATH, ...env } });
  const said = readFileSync(join(folder, 'said'), 'utf8').split('\n');
  return [status, ...said.filter((line) => line !== '')];
}
