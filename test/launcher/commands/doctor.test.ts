import { describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { withFolder } from '../../support/folders.ts';
import { withLanguage } from '../../support/installation.ts';
import { ending, Launcher, program } from '../../support/launcher.ts';

interface Diagnosis {
  readonly isHealthy: boolean;
  readonly findings: readonly { readonly name: string; readonly state: string; detail: string }[];
}

/** Runs the doctor where nothing but these programs is installed. */
function amongPrograms(
  programs: readonly string[],
  body: (env: { readonly PATH: string }) => Promise<void>,
): Promise<void> {
  return withFolder({}, async (folder) => {
    for (const program of programs) {
      const path = execFileSync('which', [program], { encoding: 'utf8' }).trim();
      symlinkSync(path, join(folder, program));
    }
    await body({ PATH: folder });
  });
}

/** Runs the doctor with a limit, as a user who has some. */
function limited(limit: string, ...args: string[]): SpawnSyncReturns<string> {
  const command = [process.execPath, program, 'doctor', '--port=0', ...args].join(' ');
  const asUser = '--reuid=65534 --regid=65534 --clear-groups';
  const user = process.getuid?.() === 0 ? ['setpriv', ...asUser.split(' ')] : ['env'];
  const words = [...user, 'bash', '-c', `${limit}; exec ${command}`].slice(1);
  return spawnSync(user[0] ?? '', words, { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
}

describe('doctor', () => {
  test('lets the example of each language answer', async () => {
    const { stdout, stderr } = await ending({ argv: ['doctor'] });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^✓ {2}TMPDIR .* can be written to and executed from$/m);
    expect(stdout).toMatch(/^✓ {2}FIFOs /m);
    for (const name of ['node', 'python', 'shell', 'native', 'actionloop']) {
      expect(stdout).toMatch(new RegExp(`^✓ {2}${name} .*; init [\\d.]+ ms, run [\\d.]+ ms$`, 'm'));
    }
  });

  test('says what to install, which is no fault unless the language is needed', () =>
    amongPrograms(['sh', 'mkfifo', 'bash', 'awk'], async (env) => {
      const unneeded = await ending({ argv: ['doctor'], env });
      expect(unneeded.stdout).toMatch(/^- {2}python .*apt-get install python3$/m);
      expect(unneeded.stdout).toMatch(/Nothing that is needed is broken\.\n$/);
      expect(unneeded.code).toBe(0);
      const needed = await ending({ argv: ['doctor', '--language', 'python'], env });
      expect(needed.stdout).toMatch(/^✗ {2}python .*apt-get install python3$/m);
      expect(needed.code).toBe(1);
    }));

  test('tells a program that does not work from one that is not there', () =>
    amongPrograms(['sh', 'mkfifo', 'bash', 'awk'], async (env) => {
      const broken = '#!/bin/sh\necho "no such luck" >&2\nexit 3\n';
      writeFileSync(join(env.PATH, 'python3'), broken, { mode: 0o755 });
      const said = 'python3 --version: exit code 3: no such luck';
      const doctor = await ending({ argv: ['doctor'], env });
      expect(doctor.stdout).toMatch(new RegExp(`^✗ {2}python +${said}$`, 'm'));
      expect(doctor.code).toBe(1);
      const languages = await ending({ argv: ['languages'], env });
      expect(languages.stdout).toMatch(new RegExp(`^python .* ${said} `, 'm'));
      const conform = await ending({ argv: ['conform', '--language', 'python'], env });
      expect([conform.code, conform.stderr]).toEqual([1, `polyglot-launcher: ${said}\n`]);
    }));

  test('needs no more of what is limited for many languages than for one', () => {
    const { status, stdout } = limited('ulimit -n 64');
    expect(stdout).toMatch(/^✓ {2}open files +at most 64$/m);
    expect(stdout).toMatch(/^✓ {2}shell /m);
    expect(status).toBe(0);
  });

  test.each([
    [
      'open files',
      'ulimit -n 40',
      'at most 40, and 64 are needed (ulimit -n, or --ulimit nofile=)',
    ],
    ['processes', 'ulimit -u 31', 'at most 31, and 32 are needed (ulimit -u, or --pids-limit)'],
  ])('names a limit of %s that is too low', (name, limit, detail) => {
    const { status, stdout } = limited(limit, '--json');
    const { findings } = JSON.parse(stdout) as Diagnosis;
    expect(findings).toContainEqual({ name, state: 'broken', detail });
    expect(status).toBe(1);
  });

  test('names what prepares a language that would be slow to start', () =>
    withLanguage(
      { start: ['sh', '{prepared}/loop'], prepare: ['prepare.sh'], waits: true },
      {},
      async (installed, root) => {
        mkdirSync(join(root, 'examples/hello'), { recursive: true });
        writeFileSync(join(root, 'examples/hello/hello.mu'), '');
        const { stdout } = await ending({ installed, argv: ['doctor'] });
        expect(stdout).toMatch(
          /^✗ {2}made-up .*could not be prepared: .*; polyglot-launcher prepare made-up makes/m,
        );
      },
    ));

  test('leaves nothing when a signal ends it', () =>
    withLanguage(
      { start: ['bash', 'loop.sh'], waits: true },
      { 'loop.sh': 'read -r line; echo begun > "$TMPDIR/begun"; exec sleep 1000\n' },
      async (installed, root) => {
        mkdirSync(join(root, 'examples/hello'), { recursive: true });
        writeFileSync(join(root, 'examples/hello/hello.mu'), '');
        const launcher = new Launcher(0, { installed, argv: ['doctor', '--port=0'] });
        try {
          while (!existsSync(join(launcher.folder, 'begun'))) await delay(5);
          rmSync(join(launcher.folder, 'begun'));
          launcher.signal('SIGINT');
          await launcher.assertNothingLeft({ code: 1, signal: null });
          expect(launcher.stderr.text).toBe('polyglot-launcher: ended by SIGINT\n');
        } finally {
          await launcher.dispose();
        }
      },
    ));

  test('refuses a language that is not known', async () => {
    const { code, stdout, stderr } = await ending({ argv: ['doctor', '--language', 'klingon'] });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^polyglot-launcher: --language: expected one of .*, got "klingon"\n$/);
  });

  test('names a machine without mkfifo broken, and tries no language there', () =>
    amongPrograms(['sh'], async (env) => {
      const { code, stdout } = await ending({ argv: ['doctor', '--json'], env });
      const { isHealthy, findings } = JSON.parse(stdout) as Diagnosis;
      expect({ code, isHealthy }).toEqual({ code: 1, isHealthy: false });
      const broken = findings.filter(({ state }) => state === 'broken');
      expect(broken.map(({ name }) => name)).toEqual(['FIFOs']);
      expect(broken[0]?.detail).toContain('coreutils');
      expect(findings.some(({ name }) => name === 'node')).toBe(false);
    }));

  test('names a TMPDIR that is not there', async () => {
    const { code, stdout } = await ending({ argv: ['doctor'], env: { TMPDIR: '/nowhere/at/all' } });
    expect(stdout).toMatch(/^✗ {2}TMPDIR .*\/nowhere\/at\/all$/m);
    expect(code).toBe(1);
  });

  test('names a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stdout } = await ending({ argv: ['doctor', '--port', `${port}`] });
    expect(stdout).toMatch(new RegExp(`^✗ {2}port ${port} .*EADDRINUSE.*PORT chooses`, 'm'));
    expect(stdout).toMatch(/^✓ {2}shell /m);
    expect(code).toBe(1);
    server.close();
  });
});
