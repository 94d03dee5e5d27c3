import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';

import { compile, pathOf, zipped } from '../support/compiling.ts';
import { withFolder } from '../support/folders.ts';
import { serving } from '../support/launcher.ts';
import type { Launcher, LauncherOptions } from '../support/launcher.ts';

const isInstalled = spawnSync('cc', ['--version']).status === 0;
const suite = isInstalled || process.env['CI'] === 'true' ? describe : describe.skip;
if (!isInstalled) test.skip('cc is not installed', () => undefined);

/** Failures of an init are told to the client, where a test can read them. */
const env = { OW_LANGUAGE: 'c', OW_LOG_INIT_ERROR: '0' };
const withC = (
  body: (launcher: Launcher) => Promise<void>,
  options: LauncherOptions = {},
): Promise<void> => serving({ ...options, env: { ...env, ...options.env } }, body);

const program = (body: string): string => `#include <stdio.h>\nint main(void) {\n  ${body}\n}\n`;
const prints = (text: string): string => program(`puts("{\\"text\\": \\"${text}\\"}");`);

suite('A C action', () => {
  test.each([
    ['has a wrong name', program('foo();'), /^main\.c: .*\nmain\.c:3:3: .*'?foo'?/],
    ['has a syntax error', program('return }'), /main\.c:3:10: error: expected/],
    [
      'does not link',
      program('void foo(void); foo();'),
      /^main\.c:3: undefined reference to .foo.$/,
    ],
    ['has no main', 'int x;\n', /undefined reference to .main./],
  ])('that %s names the file and the line', (_, source, reason) =>
    withC(async (launcher) => {
      const answer = await launcher.init(source);
      expect(answer.status).toBe(502);
      expect(answer.error?.trimEnd()).toMatch(reason);
      expect(answer.error).not.toMatch(/\/tmp|collect2/);
      expect((await launcher.run()).status).toBe(500);
    }),
  );

  test('gets a value that fits no argument on stdin', () =>
    withC(async (launcher) => {
      const body = 'int n = 0; while (getchar() != EOF) n++; printf("{\\"n\\":%d}\\n", n);';
      await launcher.load(program(body));
      const text = 'x'.repeat(1 << 20);
      expect((await launcher.run({ text })).json).toEqual({
        n: text.length + '{"text": ""}'.length,
      });
    }));
});

suite('A C archive', () => {
  const header = { 'text.h': 'const char *text(void);\n' };
  const sources = {
    ...header,
    'main.c': '#include "text.h"\n#include <stdio.h>\nint main(void) { puts(text()); }\n',
    'text.c': '#include "text.h"\nconst char *text(void) { return "{\\"text\\": \\"A\\"}"; }\n',
  };

  test.each([
    ['several files', sources],
    [
      'a Makefile',
      {
        Makefile: 'exec: src/hello.c\n\t@echo building\n\tcc -o $@ $<\n',
        'src/hello.c': prints('A'),
      },
    ],
    [
      'a Makefile that makes a script',
      { Makefile: `exec:\n\tprintf '#!/bin/sh\\necho {\\\\"text\\\\": \\\\"A\\\\"}' > exec\n` },
    ],
  ])('may hold %s', (_, files) =>
    withC(async (launcher) => {
      await launcher.load(await zipped(files));
      expect((await launcher.run()).json).toEqual({ text: 'A' });
    }),
  );

  test.each([
    [
      'an error in a second file',
      { ...sources, 'text.c': 'int x = y;\n' },
      /^text\.c:1:9: error: .*y/,
    ],
    [
      'a Makefile that fails',
      { Makefile: 'exec: main.c\n\tcc -o $@ $<\n', 'main.c': 'x\n' },
      /^main\.c:1:1: error[^]*make: .*Makefile:2: exec/,
    ],
    [
      'a Makefile that leaves no exec',
      { Makefile: 'all:\n\ttrue\n' },
      /^The first target of the Makefile leaves no file exec\.$/,
    ],
  ])('with %s is told so', (_, files, reason) =>
    withC(async (launcher) => {
      const answer = await launcher.init(await zipped(files));
      expect(answer.status).toBe(502);
      expect(answer.error?.trimEnd()).toMatch(reason);
    }),
  );

  test('is left as it is by make', () =>
    withC(async (launcher) => {
      const source = `#include <stdlib.h>\nint main(void) { return system("printf '{\\"files\\":\\"%s\\"}' \\"$(ls | xargs)\\""); }\n`;
      await launcher.load(
        await zipped({ 'main.c': source, Makefile: 'exec: main.o\n\tcc -o $@ $<\n' }),
      );
      expect((await launcher.run()).json).toEqual({ files: 'Makefile main.c' });
    }));

  test('is built without a network, and starts where no compiler is', () =>
    withFolder({}, async (folder) => {
      const bytes = Buffer.from((await zipped(sources)).code, 'base64');
      const { code, stdout, stderr } = compile(bytes, { prefix: ['unshare', '-n'] });
      expect([code, stderr]).toEqual([0, '']);
      const PATH = pathOf(folder, ['mkfifo', 'sh']);
      await withC(
        async (launcher) => {
          await launcher.load({ code: stdout.toString('base64'), binary: true });
          expect((await launcher.run()).json).toEqual({ text: 'A' });
        },
        { env: { PATH } },
      );
    }));
});
