import { describe, expect, test } from '@jest/globals';

import type { Report } from '../../launcher/conformance/report.ts';
import { ending, Launcher } from '../support/launcher.ts';
import { imageOf } from './build.ts';
import { docker } from './docker.ts';
import { eventually } from './eventually.ts';

const { DOCKER_HOST = '' } = process.env;
const env = DOCKER_HOST === '' ? {} : { DOCKER_HOST };

async function conform(...argv: readonly string[]): Promise<Report> {
  const { code, stdout, stderr } = await ending({ argv: ['conform', '--json', ...argv], env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}

/** The containers of `conform`, of whatever state. */
function containers(): Promise<string> {
  return docker('ps', '--all', '--quiet', '--filter', 'name=polyglot-launcher-conform');
}

describe('conform --image', () => {
  test('asks an image what its language promises, and counts sentinels', async () => {
    const argv = ['--image', imageOf('python'), '--strict', '--case', 'printed'];
    const { language, readsLogs, cases } = await conform(...argv);
    expect({ language, readsLogs }).toEqual({ language: 'python', readsLogs: true });
    expect(cases.map(({ state }) => state)).toEqual(['holds']);
    expect(await containers()).toBe('');
  });

  test('knows the ways of the Docker skeleton', async () => {
    const { cases } = await conform('--image', imageOf('shell'), '--case', 'init is refused');
    const stub = cases.find(({ title }) => title === 'a run before init is refused');
    expect(stub?.state).toBe('differs');
    expect(stub?.reasons.join()).toMatch(/as dockerskeleton does, whose stub stands in/);
  });

  test('leaves no container when a signal ends it', async () => {
    const launcher = new Launcher(0, { argv: ['conform', '--image', imageOf('node')], env });
    try {
      await eventually(containers, (found) => found !== '');
      launcher.signal('SIGINT');
      await launcher.assertNothingLeft({ code: 1, signal: null });
      expect(launcher.stderr.text).toBe('polyglot-launcher: ended by SIGINT\n');
      expect(await containers()).toBe('');
    } finally {
      await launcher.dispose();
    }
  });

  test('says so where there is no such image, or nobody says its language', async () => {
    const absent = await ending({ argv: ['conform', '--image', 'not-there:1'], env });
    expect(absent.stderr).toMatch(/^polyglot-launcher: docker image: .*not-there:1/);
    expect(absent.code).toBe(1);
    const named = ['conform', '--image', imageOf('shell'), '--language', 'shell'];
    const nowhere = { ...env, DOCKER_HOST: 'unix:///nowhere' };
    const asleep = await ending({ argv: named, env: nowhere });
    expect(asleep.stderr).toMatch(/^polyglot-launcher: docker image: .*unix:\/\/\/nowhere/);
    expect(asleep.code).toBe(1);
    const silent = await ending({ argv: ['conform', '--image', imageOf('base')], env });
    expect(silent.stderr).toMatch(/--language: expected the language of what is tried/);
    expect(silent.code).toBe(2);
  });
});
