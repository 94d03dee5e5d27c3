import { describe, expect, test } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { withCheckout } from '../../support/checkout.ts';
import { withFolder } from '../../support/folders.ts';

const run = promisify(execFile);
const fixtures = join(import.meta.dirname, '../../fixtures/new-language');
const isThere = spawnSync('tclsh', { input: 'exit 0' }).status === 0;
const testTcl = isThere || process.env['CI'] === 'true' ? test : test.skip;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the launcher of a checkout. */
async function launcher(folder: string, ...args: string[]): Promise<Ended> {
  return node(folder, 'dist/polyglot-launcher.cjs', ...args);
}

async function node(folder: string, ...args: string[]): Promise<Ended> {
  const env = { ...process.env, NODE_OPTIONS: '' };
  try {
    return { code: 0, ...(await run(process.execPath, args, { cwd: folder, env })) };
  } catch (thrown) {
    return thrown as Ended;
  }
}

type Options = Readonly<Record<string, string>>;

function newLanguage(folder: string, name: string, options: Options): Promise<Ended> {
  const words = Object.entries(options).map(([option, value]) => `--${option}=${value}`);
  return launcher(folder, 'new-language', name, ...words);
}

const tcl: Options = {
  run: 'tclsh',
  actions: join(fixtures, 'tcl'),
  comment: '#',
  package: 'tcl',
  'version-command': 'echo "puts [info patchlevel]" | tclsh',
};
const awk: Options = {
  run: 'awk',
  actions: join(fixtures, 'awk'),
  comment: '#',
  'version-command': 'echo 1.2',
};

interface Report {
  readonly counts: Readonly<Record<string, number>>;
}

async function conform(folder: string, name: string): Promise<{ code: number; report: Report }> {
  const { code, stdout } = await launcher(folder, 'conform', '--language', name, '--json');
  return { code, report: JSON.parse(stdout) as Report };
}

/** What a checkout holds, but for what is made of it. */
function listing(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((path) => !path.startsWith('node_modules')).sort();
}

describe('new-language', () => {
  testTcl('makes a language of a few scripts, and the action interface holds at once', () =>
    withCheckout(async (folder) => {
      const { code, stdout, stderr } = await newLanguage(folder, 'tcl', tcl);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('languages/tcl/language.json');
      expect(stdout).toContain('✓ the test action');
      expect(stdout).toContain('☐ the Swagger file');
      const { report, ...ended } = await conform(folder, 'tcl');
      expect(ended.code).toBe(0);
      expect(report.counts).toMatchObject({ fails: 0, differs: 0, 'not-run': 0 });
      expect(report.counts['holds']).toBeGreaterThan(40);
      expectBelonging(folder);
      expect((await node(folder, 'scripts/platform-files.js', '--check')).stderr).toBe('');
      const formatted = ['languages/tcl', 'docs', 'platform'];
      const prettier = 'node_modules/prettier/bin/prettier.cjs';
      expect((await node(folder, prettier, '--check', ...formatted)).code).toBe(0);
    }),
  );

  function expectBelonging(folder: string): void {
    const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
    expect(read('images/Dockerfile')).toMatch(/\n\nFROM system AS tcl\n[^]* tcl \\\n[^]*=tcl\n/);
    expect(JSON.parse(read('platform/runtimes.json'))).toMatchObject({
      runtimes: { tcl: [{ kind: expect.stringMatching(/^tcl:8\.\d+$/), default: true }] },
    });
    expect(read('docs/actions-tcl.md')).toContain('wsk action create hello hello.tcl --kind tcl:8');
    const [unicode] = readdirSync(join(folder, 'platform/tests/dat/actions/unicode.tests')).filter(
      (name) => name.startsWith('tcl-8.'),
    );
    expect(unicode).toBeDefined();
    expect(read('examples/hello/hello.tcl')).toBe(
      readFileSync(join(fixtures, 'tcl/hello.tcl'), 'utf8'),
    );
  }

  test('makes one of two scripts, and what is to be changed is the file that runs them', () =>
    withCheckout(async (folder) => {
      expect((await newLanguage(folder, 'awk', awk)).code).toBe(0);
      const before = await conform(folder, 'awk');
      expect(before.code).toBe(1);
      expect(before.report.counts['fails']).toBeGreaterThan(10);
      writeFileSync(join(folder, 'languages/awk/run.sh'), 'exec awk -f "$1"\n');
      const { code, report } = await conform(folder, 'awk');
      expect(code).toBe(0);
      expect(report.counts).toMatchObject({ fails: 0, differs: 0 });
      expect(report.counts['not-run']).toBeGreaterThan(10);
      const silent = readFileSync(join(folder, 'languages/awk/conformance/silent.awk'), 'utf8');
      expect(silent).toBe('{ print }\n');
      expect(readFileSync(join(folder, 'images/Dockerfile'), 'utf8')).toMatch(
        /\n\nFROM base AS awk\nENV OW_LANGUAGE=awk\n$/,
      );
    }));

  test('lets a shell stand in where only a name is said, and the action interface holds', () =>
    withCheckout(async (folder) => {
      const { code, stdout, stderr } = await newLanguage(folder, 'klingon', {});
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('☐ the language  languages/klingon/run.sh');
      const { report, ...ended } = await conform(folder, 'klingon');
      expect(ended.code).toBe(0);
      expect(report.counts).toMatchObject({ fails: 0, differs: 0, 'not-run': 0 });
      expect(existsSync(join(folder, 'examples/hello/hello.klingon'))).toBe(true);
    }));

  test('refuses what can not be, and makes nothing', () =>
    withCheckout(async (folder) => {
      const before = listing(folder);
      for (const [title, name, options, reason] of refused) {
        const { code, stdout, stderr } = await newLanguage(folder, name, options);
        expect({ title, code, stdout }).toEqual({ title, code: 2, stdout: '' });
        expect(stderr).toMatch(/^polyglot-launcher: [^\n]+\n$/);
        expect(stderr).toContain(reason);
      }
      expect(listing(folder)).toEqual(before);
    }));

  const refused: readonly [string, string, Options, string][] = [
    ['a name in capitals', 'Awk', awk, 'expected a name of a-z, 0-9 and -, got "Awk"'],
    ['a name that starts with a digit', '9awk', awk, 'got "9awk"'],
    ['a name that leaves the folder', '../awk', awk, 'got "../awk"'],
    ['a language that is there', 'ruby', awk, 'the language ruby is there already'],
    ['a name that a stage of the Dockerfile has', 'base', awk, 'has a stage base already'],
    ['only a command', 'awk', { run: 'awk' }, 'expected also --actions, '],
    ['no actions', 'awk', { ...awk, actions: '' }, 'expected also --actions'],
    ['a folder that is not there', 'awk', { ...awk, actions: '/nowhere' }, '/nowhere'],
    ['a folder without actions', 'awk', { ...awk, actions: fixtures }, 'a file hello'],
    ['a kind that is none', 'awk', { ...awk, kind: 'awk' }, '--kind: expected one such as awk:1.0'],
    ['a kind of another family', 'awk', { ...awk, kind: 'ruby:1' }, 'a kind of ruby'],
    [
      'a command that prints no version',
      'awk',
      { ...awk, 'version-command': 'false' },
      '--version-command: expected a command',
    ],
  ];

  test.each<[string, Record<string, string>, string]>([
    ['a sample that is none', { 'ecco.awk': '' }, 'got ecco.awk'],
    ['a sample in another language', { 'text.rb': '' }, 'got text.rb'],
    ['an echo that does not greet', { 'echo.awk': '{ print }' }, '"hello stdout"'],
  ])('refuses %s', (_title, files, reason) =>
    withCheckout((folder) =>
      withFolder({ 'hello.awk': '', 'echo.awk': '', ...files }, async (actions) => {
        const { code, stderr } = await newLanguage(folder, 'awk', { ...awk, actions });
        expect(code).toBe(2);
        expect(stderr).toContain(reason);
      }),
    ),
  );

  test('overwrites nothing', () =>
    withCheckout(async (folder) => {
      const example = join(folder, 'examples/hello/hello.awk');
      writeFileSync(example, '# mine\n');
      const before = listing(folder);
      const { code, stderr } = await newLanguage(folder, 'awk', awk);
      expect(code).toBe(2);
      expect(stderr).toContain('examples/hello/hello.awk is there already');
      expect(readFileSync(example, 'utf8')).toBe('# mine\n');
      expect(listing(folder)).toEqual(before);
    }));

  test('is for a checkout, and says so where the package is installed', () =>
    withCheckout(async (folder) => {
      for (const path of ['images', 'scripts', 'test']) {
        rmSync(join(folder, path), { recursive: true });
      }
      const { code, stderr } = await newLanguage(folder, 'awk', awk);
      expect(code).toBe(2);
      expect(stderr).toContain('expected a checkout of polyglot-launcher');
      expect(existsSync(join(folder, 'languages/awk'))).toBe(false);
    }));

  test('takes back what it made where a tool fails', () =>
    withCheckout(async (folder) => {
      cpSync(join(folder, 'images/Dockerfile'), join(folder, 'images/before'));
      writeFileSync(join(folder, 'scripts/platform-files.js'), "throw new Error('broken tool')");
      const before = listing(folder);
      const { code, stderr } = await newLanguage(folder, 'awk', awk);
      expect(code).toBe(1);
      expect(stderr).toContain('broken tool');
      expect(listing(folder)).toEqual(before);
      const [now, then] = ['Dockerfile', 'before'].map((name) =>
        readFileSync(join(folder, 'images', name), 'utf8'),
      );
      expect(now).toBe(then);
    }));
});
