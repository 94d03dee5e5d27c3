import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { zip } from '../support/archives.ts';
import { withFolder } from '../support/folders.ts';
import { ending, serving } from '../support/launcher.ts';

const files: Readonly<Record<string, string>> = {
  'hello.py': 'def main(args): return {"by": "python"}\ndef niam(args): return {"by": "niam"}\n',
  'hello.js': 'function main(args) { return { by: "node" }; }\n',
  'hello.mjs': 'export function main(args) { return { by: "module" }; }\n',
  'hello.sh': `echo '{"by": "shell"}'\n`,
  hello: `#!/usr/bin/perl\nprint '{"by": "perl"}', "\\n";\n`,
  'folder/__main__.py': 'from helper import by\ndef main(args): return {"by": by}\n',
  'folder/helper.py': 'by = open("by.txt").read()\n',
  'folder/by.txt': 'a folder',
};

describe('OW_AUTOINIT', () => {
  test.each([
    ['hello.py', 'python'],
    ['hello.js', 'node'],
    ['hello.mjs', 'module'],
    ['hello.sh', 'shell'],
    ['hello', 'perl'],
    ['folder', 'a folder'],
  ])('%s is ready when the port opens', (path, by) =>
    withFolder(files, (folder) =>
      serving({ env: { OW_AUTOINIT: join(folder, path) } }, async (launcher) => {
        expect((await launcher.run()).json).toEqual({ by });
        expect((await launcher.get('/health/ready')).status).toBe(200);
        expect(launcher.sentinels).toEqual([1, 1]);
      }),
    ),
  );

  test('may be an archive', () =>
    withFolder({}, async (folder) => {
      const path = join(folder, 'action.zip');
      writeFileSync(path, await zip({ 'main.sh': `echo '{"by": "zip"}'` }));
      await serving({ env: { OW_AUTOINIT: path } }, async (launcher) => {
        expect((await launcher.run()).json).toEqual({ by: 'zip' });
      });
    }));

  test('may be said as the argument of serve, with its entry point', () =>
    withFolder(files, (folder) =>
      serving(
        { argv: ['serve', join(folder, 'hello.py')], env: { OW_AUTOINIT_MAIN: 'niam' } },
        async (launcher) => {
          expect((await launcher.run()).json).toEqual({ by: 'niam' });
        },
      ),
    ));

  test('makes /init answer as a second one', () =>
    withFolder(files, (folder) =>
      serving({ env: { OW_AUTOINIT: join(folder, 'hello.sh') } }, async (launcher) => {
        const answer = await launcher.init('cat');
        expect([answer.status, answer.error]).toEqual([
          403,
          'Cannot initialize the action more than once.',
        ]);
        expect((await launcher.run()).json).toEqual({ by: 'shell' });
      }),
    ));

  test('follows the links of a mounted ConfigMap', () =>
    withFolder({}, async (folder) => {
      mkdirSync(join(folder, '..2026_01_01'));
      writeFileSync(
        join(folder, '..2026_01_01/main.sh'),
        'echo "{\\"by\\": \\"$(cat by.txt)\\"}"\n',
      );
      writeFileSync(join(folder, '..2026_01_01/by.txt'), 'a link');
      symlinkSync('..2026_01_01', join(folder, '..data'));
      for (const name of ['main.sh', 'by.txt']) symlinkSync(`..data/${name}`, join(folder, name));
      await serving({ env: { OW_AUTOINIT: folder } }, async (launcher) => {
        expect((await launcher.run()).json).toEqual({ by: 'a link' });
      });
      await serving({ env: { OW_AUTOINIT: join(folder, 'main.sh') } }, async (launcher) => {
        expect((await launcher.run()).status).toBe(200);
      });
    }));

  test('follows the links of a ConfigMap to an executable that has no such bit', () =>
    withFolder({}, async (folder) => {
      mkdirSync(join(folder, '..data'));
      writeFileSync(join(folder, '..data/exec'), `#!/bin/sh\necho '{"by": "exec"}'\n`);
      symlinkSync('..data/exec', join(folder, 'exec'));
      for (const path of [folder, join(folder, 'exec')]) {
        await serving({ env: { OW_AUTOINIT: path } }, async (launcher) => {
          expect((await launcher.run()).json).toEqual({ by: 'exec' });
        });
      }
    }));

  test('writes nothing to the folder of the action', () =>
    withFolder({ 'main.sh': 'cat by.txt', 'by.txt': '{"by":1}' }, async (folder) => {
      const before = listing(folder);
      await serving({ env: { OW_AUTOINIT: folder } }, async (launcher) => {
        expect((await launcher.run()).json).toEqual({ by: 1 });
      });
      expect(listing(folder)).toBe(before);
    }));

  function listing(folder: string): string {
    return execFileSync('ls', ['-lRA', '--time-style=full-iso', folder], { encoding: 'utf8' });
  }
});

describe('An OW_AUTOINIT that does not start', () => {
  test('because it is not there ends the launcher, which says so', async () => {
    const ended = await ending({ env: { OW_AUTOINIT: '/nowhere/at/all.py' } });
    expectReason(ended, /OW_AUTOINIT.*\/nowhere\/at\/all\.py.*(ENOENT|no such file)/);
  });

  test.each([
    ['broken.py', 'def main(:\n', /OW_AUTOINIT.*broken\.py[^]*SyntaxError/],
    ['broken.js', 'function main( {\n', /OW_AUTOINIT.*broken\.js[^]*SyntaxError/],
    ['throws.js', 'throw new Error("no way");\n', /OW_AUTOINIT.*throws\.js[^]*no way/],
    ['no-main.py', 'def other(args): return args\n', /OW_AUTOINIT.*no-main\.py[^]*main/],
    ['unknown.txt', 'what is this\n', /OW_AUTOINIT.*unknown\.txt.*OW_LANGUAGE/],
  ])('as %s ends the launcher with the reason', (name, text, reason) =>
    withFolder({ [name]: text }, async (folder) => {
      expectReason(await ending({ env: { OW_AUTOINIT: join(folder, name) } }), reason);
    }),
  );

  test('because the folder has no entry ends the launcher, which names what it looked for', () =>
    withFolder({ 'readme.txt': 'x' }, async (folder) => {
      const reason = /OW_AUTOINIT.*__main__\.py/;
      expectReason(await ending({ env: { OW_AUTOINIT: folder } }), reason);
      const env = { OW_AUTOINIT: folder, OW_LANGUAGE: 'python' };
      expectReason(await ending({ env }), reason);
    }));

  function expectReason(ended: { code: number | null; stderr: string }, reason: RegExp): void {
    expect(ended.stderr).toMatch(reason);
    expect(ended.code).toBe(1);
  }
});

describe('A port that is taken', () => {
  test('ends the launcher with the reason', () =>
    serving({}, async (launcher) => {
      const ended = await ending({ env: { PORT: `${launcher.port}` } });
      expect(ended.code).toBe(1);
      expect(ended.stderr).toMatch(new RegExp(`^[^\\n]*PORT.*${launcher.port}[^\\n]*\\n$`));
    }));
});
