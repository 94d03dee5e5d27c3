import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ending, Launcher, serving } from '../support/launcher.ts';

interface BadSetting {
  readonly name: string;
  readonly flag?: string;
  readonly expected: string;
  readonly given: readonly string[];
}

const wholeNumber = ['-1', '1.5', '6abc', 'abc', ' 7', '1e3', '0x10', '99999999999999999999'];
const count = ['-1', '6abc'];
const positive = ['0', '-1'];
const workers = ['abc', '0', '-1', '1.5', 'AUTO'];
const neitherOnNorOff = ['maybe', '2'];

const badSettings: readonly BadSetting[] = [
  { name: 'PORT', flag: '--port', expected: '65535', given: ['65536', 'http', '-1', '80.5'] },
  { name: 'FLASK_PROXY_PORT', expected: '65535', given: ['65536', 'http'] },
  { name: 'OW_LANGUAGE', flag: '--language', expected: 'python', given: ['cobol', 'Python'] },
  { name: 'OW_QUEUE', flag: '--queue', expected: 'whole number, 0 or more', given: wholeNumber },
  { name: 'OW_WORKERS', flag: '--workers', expected: 'auto, or a whole number', given: workers },
  { name: 'OW_TIMEOUT_MS', flag: '--timeout-ms', expected: '0 or more', given: count },
  { name: 'OW_GRACE_MS', flag: '--grace-ms', expected: '0 or more', given: count },
  { name: 'OW_INIT_TIMEOUT_MS', flag: '--init-timeout-ms', expected: '1 or more', given: positive },
  { name: 'OW_MAX_BODY_BYTES', flag: '--max-body-bytes', expected: '1 or more', given: positive },
  { name: 'OW_MAX_UNPACKED_BYTES', expected: '1 or more', given: positive },
  { name: 'OW_MAX_ENTRIES', flag: '--max-entries', expected: '1 or more', given: positive },
  { name: 'OW_WAIT_FOR_ACK', expected: '1, true, yes', given: neitherOnNorOff },
  { name: 'OW_LOG_INIT_ERROR', expected: '1, true, yes', given: neitherOnNorOff },
  { name: 'PROXY_ALLOW_REINIT', expected: '1, true, yes', given: neitherOnNorOff },
  {
    name: '__OW_RUNTIME_PLATFORM',
    flag: '--runtime-platform',
    expected: 'knative',
    given: ['k8s'],
  },
  { name: '__OW_HTTP_METHODS', flag: '--http-methods', expected: 'GET', given: ['FETCH'] },
  { name: '__OW_ACTION_BINARY', expected: '1, true, yes', given: neitherOnNorOff },
  { name: '__OW_ACTION_RAW', expected: '1, true, yes', given: neitherOnNorOff },
  { name: '__OW_ALLOW_CONCURRENT', expected: '1, true, yes', given: neitherOnNorOff },
  { name: 'OW_DEBUG', flag: '--debug', expected: '1, true, yes', given: neitherOnNorOff },
];

const rows = badSettings.flatMap(({ name, expected, given }) =>
  given.map((value) => ({ name, expected, value })),
);
const flagRows = badSettings.flatMap(({ flag, expected, given }) =>
  flag === undefined ? [] : [{ flag, expected, value: given[0] ?? '' }],
);

describe('A setting that cannot be used', () => {
  test.each(rows)('$name=$value is refused by name', async ({ name, expected, value }) => {
    const port = name === 'FLASK_PROXY_PORT' ? { PORT: '' } : {};
    expectRefusal(await ending({ env: { ...port, [name]: value } }), [name, expected, value]);
  });

  test.each(flagRows)('$flag $value is refused by name', async ({ flag, expected, value }) => {
    const argv = ['serve', `${flag}=${value}`];
    expectRefusal(await ending({ argv }), [flag, expected, value]);
  });

  test.each([
    { argv: ['frobnicate'], named: 'frobnicate' },
    { argv: ['serve', '--frobnicate'], named: '--frobnicate' },
    { argv: ['serve', 'a', 'b'], named: 'serve' },
  ])('$argv is refused by name', async ({ argv, named }) => {
    expectRefusal(await ending({ argv }), [named]);
  });

  test('a TMPDIR that is not there is refused by name', async () => {
    const TMPDIR = '/nowhere/at/all';
    expectRefusal(await ending({ env: { TMPDIR } }), ['TMPDIR', 'folder', TMPDIR]);
  });
});

function expectRefusal(
  ended: { readonly code: number | null; readonly stdout: string; readonly stderr: string },
  named: readonly string[],
): void {
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 2, stdout: '' });
  expect(ended.stderr).toMatch(/^[^\n]+\n$/);
  for (const text of named) expect(ended.stderr).toContain(text);
}

describe('A flag', () => {
  test('wins over the variable, also over a bad one', async () => {
    const launcher = await startOnFlag('--timeout-ms', '200', { OW_TIMEOUT_MS: 'soon' });
    try {
      await launcher.load('sleep 1000');
      expect((await launcher.run()).error).toContain('allowed 200 ms');
      await launcher.stop();
    } finally {
      await launcher.dispose();
    }
  });

  test('is not needed: serve reads the variables as no command does', () =>
    serving({ argv: ['serve'], env: { OW_LANGUAGE: 'shell' } }, async (launcher) => {
      await launcher.load('cat');
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
    }));

  function startOnFlag(
    flag: string,
    value: string,
    env: Readonly<Record<string, string>>,
  ): Promise<Launcher> {
    return Launcher.start({ argv: ['serve', '--language', 'shell', flag, value], env });
  }
});

describe('A setting', () => {
  test('FLASK_PROXY_PORT is the port where PORT is not set', () =>
    withPortOnlyIn('FLASK_PROXY_PORT', { PORT: '' }));

  test.each(['', '0', 'false', 'no', 'FALSE'])('%j turns a switch off', (value) =>
    serving({ env: { OW_LANGUAGE: 'shell', PROXY_ALLOW_REINIT: value } }, async (launcher) => {
      await launcher.load('cat');
      expect((await launcher.init('cat')).status).toBe(403);
    }),
  );

  test.each(['1', 'true', 'yes', 'TRUE'])('%j turns a switch on', (value) =>
    serving({ env: { OW_LANGUAGE: 'shell', PROXY_ALLOW_REINIT: value } }, async (launcher) => {
      await launcher.load('cat');
      await launcher.load('cat');
    }),
  );

  async function withPortOnlyIn(
    name: string,
    env: Readonly<Record<string, string>>,
  ): Promise<void> {
    const probe = await Launcher.start({ env: {} });
    const { port } = probe;
    try {
      await probe.stop();
    } finally {
      await probe.dispose();
    }
    const launcher = new Launcher(port, { env: { ...env, [name]: `${port}` } });
    try {
      await launcher.listening();
      expect((await launcher.get('/health/live')).status).toBe(200);
      await launcher.stop();
    } finally {
      await launcher.dispose();
    }
  }
});

describe('The command line', () => {
  test('--version prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const { code, stdout, stderr } = await ending({ argv: ['--version'] });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('--help names every command', async () => {
    const { code, stdout } = await ending({ argv: ['--help'] });
    expect(code).toBe(0);
    for (const command of ['serve', 'dev', 'languages']) expect(stdout).toContain(command);
  });

  test('serve --help names every setting by flag and by variable', async () => {
    const { stdout } = await ending({ argv: ['serve', '--help'] });
    for (const { name, flag } of badSettings) {
      if (name !== 'FLASK_PROXY_PORT') expect(stdout).toContain(name);
      if (flag !== undefined) expect(stdout).toContain(flag);
    }
  });

  test('languages says which version of each was found', async () => {
    const { code, stdout } = await ending({ argv: ['languages'] });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^language\s+files\s+entries\s+version\s+needs\n/);
    expect(stdout).toMatch(
      new RegExp(`^node\\s.*\\s${process.versions.node.replaceAll('.', '\\.')}\\s`, 'm'),
    );
    expect(stdout).toMatch(/^shell\s.*main\.sh/m);
  });

  test('languages says what is not installed, and what it needs', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'empty-path-'));
    try {
      const { code, stdout } = await ending({ argv: ['languages'], env: { PATH: empty } });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^python\s.*not installed\s+package python3$/m);
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});
