import { describe, expect, test } from '@jest/globals';

import { zip } from '../support/archives.ts';
import { serving } from '../support/launcher.ts';
import type { Launcher } from '../support/launcher.ts';

const python = 'def main(args): return {"by": "python"}\n';
const node = 'function main(args) { return { by: "node" }; }\n';
const nodeModule = 'exports.main = () => ({ by: "node" });\n';
const shell = `#!/bin/bash\necho '{"by": "shell"}'\n`;
const native = `#!/usr/bin/perl\nprint '{"by": "native"}', "\\n";\n`;
const loop = `#!/bin/bash\nwhile read -r line; do echo '{"by": "actionloop"}' >&3; done\n`;
const ackedLoop = loop.replace('\n', `\necho '{"ok":true}' >&3\n`);

async function expectBy(launcher: Launcher, by: string): Promise<void> {
  expect((await launcher.run()).json).toEqual({ by });
}

async function archive(files: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  return { code: (await zip(files)).toString('base64'), binary: true };
}

describe('The language', () => {
  test.each([
    ['python', python],
    ['node', node],
    ['shell', shell],
    ['native', native],
    ['actionloop', loop],
  ])('%s can be said in the payload', (language, code) =>
    serving({}, async (launcher) => {
      await launcher.load({ code, language });
      await expectBy(launcher, language);
    }),
  );

  test('of the payload wins over OW_LANGUAGE', () =>
    serving({ env: { OW_LANGUAGE: 'node' } }, async (launcher) => {
      await launcher.load({ code: python, language: 'python' });
      await expectBy(launcher, 'python');
    }));

  test.each([
    ['shell', shell],
    ['shell', shell.replace('/bin/bash', '/usr/bin/env bash')],
    ['native', native],
  ])('%s is told by the first line', (by, code) =>
    serving({}, async (launcher) => {
      await launcher.load(code);
      await expectBy(launcher, by);
    }),
  );

  test('of any executable is actionloop where OW_WAIT_FOR_ACK is set', () =>
    serving({ env: { OW_WAIT_FOR_ACK: '1' } }, async (launcher) => {
      await launcher.load(ackedLoop);
      await expectBy(launcher, 'actionloop');
    }));

  test.each([
    ['python', { '__main__.py': python }],
    ['node', { 'package.json': '{"main":"a.js"}', 'a.js': nodeModule }],
    ['node', { 'index.js': nodeModule }],
    ['shell', { 'main.sh': shell }],
    ['native', { exec: native }],
  ])('%s is told by the entry of an archive', (by, files) =>
    serving({}, async (launcher) => {
      await launcher.load(await archive(files));
      await expectBy(launcher, by);
    }),
  );

  test('of an archive with exec is actionloop where OW_WAIT_FOR_ACK is set', () =>
    serving({ env: { OW_WAIT_FOR_ACK: '1' } }, async (launcher) => {
      await launcher.load(await archive({ exec: ackedLoop }));
      await expectBy(launcher, 'actionloop');
    }));

  test('of an archive with exec is native where OW_WAIT_FOR_ACK is off', () =>
    serving({ env: { OW_WAIT_FOR_ACK: '0' } }, async (launcher) => {
      await launcher.load(await archive({ exec: native }));
      await expectBy(launcher, 'native');
    }));
});

describe('A language that cannot be told', () => {
  test('is refused with all ways to say it', () =>
    serving({}, async (launcher) => {
      const answer = await launcher.init('print("hello")');
      expect(answer.status).toBe(502);
      for (const way of ['value.language', 'OW_LANGUAGE', '#!', '__main__.py', 'package.json']) {
        expect(answer.error).toContain(way);
      }
      expect(launcher.sentinels).toEqual([0, 0]);
      await launcher.load({ code: python, language: 'python' });
    }));

  test('since two fit is refused with both names', () =>
    serving({}, async (launcher) => {
      const both = await archive({ '__main__.py': python, 'index.js': nodeModule });
      const answer = await launcher.init(both);
      expect(answer.status).toBe(502);
      expect(answer.error).toContain('python');
      expect(answer.error).toContain('node');
      await launcher.load({ ...both, language: 'node' });
      await expectBy(launcher, 'node');
    }));

  test('since nobody knows its name is refused with the names that are known', () =>
    serving({}, async (launcher) => {
      const answer = await launcher.init({ code: 'x', language: 'cobol' });
      expect(answer.status).toBe(502);
      for (const name of ['cobol', 'node', 'python', 'shell']) expect(answer.error).toContain(name);
    }));
});
