import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { zip } from '../support/archives.ts';
import { compile, pathOf, zipped } from '../support/compiling.ts';
import { withFolder } from '../support/folders.ts';
import type { Answer } from '../support/http.ts';
import { serving } from '../support/launcher.ts';
import type { Launcher } from '../support/launcher.ts';
import { answerOffline } from '../support/offline.ts';
import { dependents } from './dependencies.ts';
import type { Dependent } from './dependencies.ts';

/** Rust compiles serde with it, and a registry may be slow. */
const longestMs = 240_000;

const runs = ([program = '', ...args]: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

const isCi = process.env['CI'] === 'true';
const isReached = isCi || runs(['npm', 'ping']);

/** Why its tests can't be run here, if they can't. */
function hindrance({ installer, fromNetwork }: Dependent): string | undefined {
  if (!isCi && !runs(installer)) return `${installer[0]} is not installed`;
  return fromNetwork && !isReached ? 'its registry is not reached' : undefined;
}

function withRegistry(
  { registryIn }: Dependent,
  body: (env: Readonly<Record<string, string>>, folder: string) => Promise<void>,
): Promise<void> {
  return withFolder({}, (folder) => body(registryIn?.(folder) ?? {}, folder));
}

/** A PATH without the installer. */
function pathWithout({ programs, hides }: Dependent, folder: string): string {
  const path = pathOf(folder, programs);
  if (hides === undefined) return path;
  const [interpreter, option] = hides;
  const found = spawnSync('sh', ['-c', `command -v ${interpreter}`], { encoding: 'utf8' });
  const script = `#!/bin/sh\nPATH=${process.env['PATH']} exec ${found.stdout.trim()} ${option} "$@"\n`;
  writeFileSync(join(path, interpreter), script, { mode: 0o755 });
  return path;
}

function init(launcher: Launcher, value: object): Promise<Answer> {
  const body = JSON.stringify({ value });
  return launcher.http.ask('/init', { method: 'POST', body, withinMs: longestMs });
}

describe.each(dependents.map((one) => [one.language, one] as const))(
  'The dependencies of an action in %s',
  (language, dependent) => {
    const { files, nowhere, answer, lacking, words } = dependent;
    const args = ['--language', language];
    const settings = {
      OW_LANGUAGE: language,
      OW_LOG_INIT_ERROR: '0',
      OW_INIT_TIMEOUT_MS: `${longestMs}`,
    };
    const why = hindrance(dependent);
    const it = why === undefined ? test : test.skip;
    if (why !== undefined) test.skip(why, () => undefined);

    it(
      'are in what compile makes, which runs without a network',
      () =>
        withRegistry(dependent, async (env) => {
          const { code, stdout, stderr } = compile(await zip(files), { args, env });
          expect([code, stderr]).toEqual([0, '']);
          expect(await answerOffline(stdout)).toEqual(answer);
        }),
      longestMs,
    );

    it(
      'are installed at init with OW_INSTALL=1, and missing without it',
      () =>
        withRegistry(dependent, async (env) => {
          const archive = await zipped(files);
          await serving({ env: { ...settings, ...env } }, async (launcher) => {
            const { status, error } = await init(launcher, archive);
            expect([status, error]).toEqual([502, expect.stringMatching(lacking)]);
          });
          await serving({ env: { ...settings, ...env, OW_INSTALL: '1' } }, async (launcher) => {
            expect((await init(launcher, archive)).text).toBe('{"ok":true}\n');
            expect((await launcher.run()).json).toEqual(answer);
          });
        }),
      longestMs,
    );

    it(
      "that are nowhere are told in the installer's own words",
      () =>
        withRegistry(dependent, async (env) => {
          const archive = await zip({ ...files, ...nowhere });
          const { code, stdout, stderr } = compile(archive, { args, env });
          expect([code, stdout.length]).toEqual([1, 0]);
          expect(stderr).toMatch(words);
        }),
      longestMs,
    );

    (dependent.livesAtHome ? test.skip : it)(
      'need no home that can be written to',
      () =>
        withRegistry(dependent, async (env) => {
          const archive = await zip(files);
          const { code, stderr } = compile(archive, { args, env: { ...env, HOME: '/dev/null/x' } });
          expect([code, stderr]).toEqual([0, '']);
        }),
      longestMs,
    );

    it('name the package to install where their installer is missing', () =>
      withRegistry(dependent, async (env, folder) => {
        const PATH = pathWithout(dependent, folder);
        const { code, stderr } = compile(await zip(files), { args, env: { ...env, PATH } });
        expect(code).toBe(1);
        expect(stderr).toMatch(new RegExp(`: apt-get install ${dependent.package}\n$`));
      }));
  },
);
