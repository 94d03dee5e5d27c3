import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync, watch } from 'node:fs';
import { join } from 'node:path';

import { freePort } from '../../../launcher/free-port.ts';
import type { Report } from '../../../launcher/conformance/report.ts';
import { withFolder } from '../../support/folders.ts';
import { withLanguage } from '../../support/installation.ts';
import { ending, Launcher, serving } from '../../support/launcher.ts';

const fixture = join(import.meta.dirname, '../../fixtures/servers/altered.js');

/** A server that is ours but for one rule. */
function altered(alteration: string): string[] {
  return ['--language', 'shell', '--command', `exec node ${fixture} ${alteration}`];
}

function conform(...argv: readonly string[]): ReturnType<typeof ending> {
  return ending({ argv: ['conform', ...argv] });
}

describe('conform --language', () => {
  test('finds that this launcher does all that it promises', async () => {
    const { code, stdout, stderr } = await conform('--language', 'shell');
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    const rows = lines.slice(0, -2);
    expect(
      rows.filter((row) => !/^✓ {2}(platform|every runtime|runtimes|own choice) /.test(row)),
    ).toEqual([]);
    expect(lines.at(-1)).toBe(
      `language shell, shell: ${rows.length} hold, 0 differ, 0 fail, 0 not run.`,
    );
    expect(code).toBe(0);
  });

  test('prepares a language once, and not in the server of each case', () =>
    withLanguage(
      { oneShot: true, start: ['sh', '{prepared}/run.sh'], prepare: ['prepare.sh'] },
      {
        'prepare.sh': `#!/bin/sh\necho prepared >> "$LOG"\necho 'exec bash "$@"' > "$1/run.sh"\n`,
        'conformance/samples.json':
          '{"comment":"#","mains":{},"broken":{"told":"","detail":""},"noEntry":""}',
        'conformance/broken/other.txt': 'x',
        ...{ 'conformance/echo.mu': 'cat', 'conformance/silent.mu': 'cat' },
        'conformance/niam.mu': 'cat',
        'conformance/list.mu': `echo '["a","b"]'\n`,
        'conformance/sorry.mu': `echo '{"error":"sorry"}'\n`,
      },
      async (installed, root) => {
        const argv = ['conform', '--language', 'made-up', '--case', 'is a result'];
        const env = { LOG: join(root, 'log') };
        const { code, stdout, stderr } = await ending({ installed, argv, env });
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout).toMatch(/: 2 hold, 0 differ, 0 fail, 0 not run\.$/m);
        expect(readFileSync(env.LOG, 'utf8')).toBe('prepared\n');
      },
    ));

  test('says what to install where the interpreter is missing', () =>
    withFolder({}, async (PATH) => {
      const argv = ['conform', '--language', 'python'];
      const { code, stderr } = await ending({ argv, env: { PATH } });
      expect(stderr).toBe('polyglot-launcher: python is not installed: apt-get install python3\n');
      expect(code).toBe(1);
    }));
});

describe('conform --command', () => {
  const broken: readonly (readonly [string, string, RegExp])[] = [
    ['accepts-any-result', 'neither object nor array', /got 200 "no object"$/],
    [
      'ends-logs-twice',
      'an array is a result',
      /2 sentinels on stdout and 1 on stderr, expected 1$/,
    ],
    ['ends-lines-badly', 'an array is a result', /expected each sentinel to be a line of its own$/],
    ['chunked', 'has a length', /content-length: expected "\d+", got nothing$/],
  ];
  test.each(broken)('fails a server that %s', async (alteration, title, reason) => {
    const { code, stdout } = await conform(...altered(alteration), '--case', title);
    const [row = '', , summary = ''] = stdout.split('\n');
    expect(row).toMatch(/^✗ {2}/);
    expect(row).toMatch(reason);
    expect(summary).toMatch(/: 0 hold, 0 differ, 1 fail, 0 not run\.$/);
    expect(code).toBe(1);
  });

  test('finds nothing wrong with one that has its own ways, and names whose they are', async () => {
    const argv = [...altered('answers-as-nodejs'), '--case', 'init is refused'];
    const { code, stdout } = await conform(...argv);
    expect(stdout).toMatch(
      /^~ {2}runtimes .* 403 \{"error":"System not initialized\."\}, as the nodejs runtime does$/m,
    );
    expect(stdout).toMatch(/: \d hold, 2 differ, 0 fail, /);
    expect(code).toBe(0);
  });

  test('lets nothing pass with --strict that is only our own choice', async () => {
    const argv = [...altered('adds-a-newline'), '--case', 'a result is compact'];
    const lenient = await conform(...argv);
    expect(lenient.stdout).toMatch(/^~ .*as the Go proxy does, which adds a newline$/m);
    expect(lenient.code).toBe(0);
    const strict = await conform(...argv, '--strict');
    expect(strict.stdout).toMatch(/^✗ /);
    expect(strict.code).toBe(1);
  });

  test('starts one server after the other where the port is said', async () => {
    const port = `${await freePort()}`;
    const command = altered('none').map((word) => word.replace('exec', `PORT=${port} exec`));
    const { code, stdout } = await conform(...command, '--port', port, '--case', 'archive');
    expect(stdout).toMatch(/: 4 hold, 0 differ, 0 fail, 0 not run\.$/m);
    expect(code).toBe(0);
  });

  test('tells what a server says that does not start', async () => {
    const command = 'echo no such luck >&2; exit 3';
    const { code, stdout, stderr } = await conform('--language', 'shell', '--command', command);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('polyglot-launcher: the server ended at once: no such luck\n');
  });

  test('prints one JSON object', async () => {
    const argv = [...altered('accepts-any-result'), '--case', 'a result'];
    const { stdout } = await conform(...argv, '--json');
    const { counts, cases, ...rest } = JSON.parse(stdout) as Report;
    expect(rest).toEqual({
      subject: `command exec node ${fixture} accepts-any-result`,
      language: 'shell',
      readsLogs: true,
    });
    expect(counts).toEqual({ holds: cases.length - 1, differs: 0, fails: 1, 'not-run': 0 });
    expect(cases.find(({ state }) => state === 'fails')).toEqual({
      title: 'a result that is neither object nor array is refused',
      from: 'every runtime',
      state: 'fails',
      reasons: [
        'expected 502 The action did not return a dictionary or array., got 200 "no object"',
      ],
    });
  });

  test('leaves nothing when a signal ends it', () =>
    withFolder({}, async (folder) => {
      const watcher = watch(folder);
      const command = `touch ${folder}/started; ${altered('none').at(-1) ?? ''}`;
      const argv = ['conform', '--language', 'shell', '--command', command];
      const launcher = new Launcher(0, { argv });
      try {
        await once(watcher, 'change');
        launcher.signal('SIGINT');
        await launcher.assertNothingLeft({ code: 1, signal: null });
        expect(launcher.stderr.text).toBe('polyglot-launcher: ended by SIGINT\n');
      } finally {
        watcher.close();
        await launcher.dispose();
      }
    }));
});

describe('conform --url', () => {
  test('asks what one server can be asked, and lists the rest', () =>
    serving({ env: { OW_LANGUAGE: 'shell' } }, async ({ port }) => {
      const url = `http://127.0.0.1:${port}`;
      const { code, stdout } = await conform('--language', 'shell', '--url', url);
      expect(stdout).toMatch(/^✓ {2}runtimes +a run before init is refused$/m);
      expect(stdout).toMatch(/^✓ {2}every runtime +what goes in comes out/m);
      expect(stdout).toMatch(/^- {2}runtimes +an array is a result +needs a fresh server$/m);
      expect(stdout).toMatch(/: \d\d hold, 0 differ, 0 fail, \d\d not run\./);
      expect(stdout).toMatch(/Logs can not be read: sentinels were not counted\.\n$/);
      expect(code).toBe(0);
    }));

  test('refuses a server that has its action, for it could not be asked', () =>
    serving({ env: { OW_LANGUAGE: 'shell' } }, async (launcher) => {
      await launcher.load('cat');
      const url = `http://127.0.0.1:${launcher.port}`;
      const { code, stderr } = await conform('--language', 'shell', '--url', url);
      expect(stderr).toMatch(
        /--url: expected a server without an action, got 403 .*more than once/,
      );
      expect(code).toBe(2);
    }));
});

describe('Bad use of conform', () => {
  test.each([
    [[], '--language: expected the language of what is tried, got nothing'],
    [['--language', 'klingon'], '--language: The language "klingon" is not known; known are'],
    [['--command', 'x'], '--language: expected the language of what is tried, got nothing'],
    [['--url', 'http://x', '--image', 'x'], 'expected one of --image, --url and --command'],
    [['--language', 'shell', '--port', '80'], '--port: expected it with --command alone'],
    [['--language', 'shell', '--command', 'x', '--port', 'y'], '--port: expected a TCP port'],
    [['--language', 'shell', '--url', 'ftp://x'], '--url: expected an http or https URL'],
    [['--language', 'shell', '--url', 'http://127.0.0.1:1'], '--url: expected a server at'],
    [['--language', 'shell', '--case', 'no such'], '--case: expected a part of a title'],
  ])('%j is told in one line', async (argv, message) => {
    const { code, stdout, stderr } = await conform(...argv);
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({
      ...{ code: 2, stdout: '', lines: 2 },
    });
    expect(stderr).toContain(message);
  });

  test('is none where docker is missing, which is told with its package', async () => {
    const argv = ['conform', '--image', 'x', '--language', 'shell'];
    const { code, stdout, stderr } = await ending({ argv, env: { PATH: '/nowhere' } });
    expect([code, stdout, stderr]).toEqual([
      ...[1, ''],
      'polyglot-launcher: docker: expected it on the PATH (package docker.io): spawn docker ENOENT\n',
    ]);
  });
});
