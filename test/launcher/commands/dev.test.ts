import { describe, expect, test } from '@jest/globals';
import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { withFolder } from '../../support/folders.ts';
import { withGate } from '../../support/gate.ts';
import { HttpClient, tryToConnect } from '../../support/http.ts';
import { ending, serving } from '../../support/launcher.ts';
import type { Launcher, LauncherOptions } from '../../support/launcher.ts';
import { until } from '../../support/processes.ts';
import { Client } from '../../support/websocket.ts';

const root = join(import.meta.dirname, '../../..');
const done = { code: 0, signal: null };

const version = (n: number | string): Readonly<Record<string, string>> => ({
  'hello.py': `def main(args): return {"version": "${n}", **args}\n`,
  'hello.js': `function main(args) { return { version: '${n}', ...args }; }\n`,
  'hello.ts': `export function main(args: object) { return { version: '${n}', ...args }; }\n`,
  'hello.sh': `echo '{"version": "${n}"}'\n`,
  hello: `#!/bin/sh\necho '{"version": "${n}"}'\n`,
});
const fileOf = (name: string, n: number | string): string => version(n)[name] ?? '';

/** How often dev has said so. */
const count = (launcher: Launcher, line: string): number =>
  launcher.stdout.text.split(`dev │ ${line}`).length - 1;

/** Serves a path for a person; the body begins when the banner is complete. */
function developing(
  path: string,
  body: (launcher: Launcher) => Promise<void>,
  { argv = [], env = {} }: LauncherOptions = {},
): Promise<void> {
  return serving({ argv: ['dev', ...argv, path], env }, async (launcher) => {
    await launcher.stdout.contains('Ctrl-C ends it.');
    await body(launcher);
  });
}

/** Changes something, and waits until dev has loaded it. */
async function reloading(launcher: Launcher, change: () => void): Promise<void> {
  const before = count(launcher, 'reloaded');
  change();
  await launcher.stdout.until(() => count(launcher, 'reloaded') > before, 'another reload');
}

async function versionOf(launcher: Launcher): Promise<unknown> {
  return ((await launcher.run()).json as { version: unknown }).version;
}

describe('dev', () => {
  test.each(Object.keys(version(1)))('serves %s, and what it tells to try works', (name) =>
    withFolder(version(1), (folder) =>
      developing(join(folder, name), async ({ stdout, port }) => {
        expect(stdout.text).toContain(`${name} and loads it anew when it changes`);
        expect(stdout.text).toContain(`http://localhost:${port}/run `);
        expect(stdout.text).toContain(`ws://localhost:${port}/ws `);
        const line = /^ +(curl .*)$/m.exec(stdout.text)?.[1] ?? 'false';
        const said = await promisify(execFile)('sh', ['-c', line]);
        expect(JSON.parse(said.stdout)).toMatchObject({ version: '1' });
      }),
    ),
  );

  test('opens its WebSocket, at another path if it is told', () =>
    withFolder(version(1), (folder) =>
      developing(
        join(folder, 'hello.py'),
        async (launcher) => {
          expect(launcher.stdout.text).toContain(`ws://localhost:${launcher.port}/other `);
          const client = await Client.connect(launcher, { path: '/other' });
          expect(await client.ask({ a: 1 })).toEqual({ version: '1', a: 1 });
          client.socket.close();
        },
        { argv: ['--websocket', '/other'] },
      ),
    ));

  test('serves the example when it is given nothing', () =>
    serving({ argv: ['dev'] }, async (launcher) => {
      await launcher.stdout.contains('Ctrl-C ends it.');
      expect((await launcher.run({ name: 'you' })).text).toContain('you');
    }));

  test('is what npm start does, once it has built', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<'start', string>;
    };
    const [build, command] = scripts.start.split(' && ');
    expect(build).toBe('npm run build --silent');
    expect(command).toBe('exec node dist/polyglot-launcher.cjs dev');
  });

  test.each([
    [
      'a path where nothing is',
      '/nowhere/hello.py',
      'There is no file and no folder /nowhere/hello.py.',
    ],
  ])('ends with 1 and one line for %s', async (_, path, message) => {
    const { code, stdout, stderr } = await ending({ argv: ['dev', path] });
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: `polyglot-launcher: ${message}\n`,
    });
  });

  test('ends with 2 for a flag that it does not know', async () => {
    const { code, stderr } = await ending({ argv: ['dev', '--inspekt', 'a.js'] });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^polyglot-launcher: .*--inspekt.*\n/);
  });

  test('does not wait for a load that hangs when Ctrl-C is pressed', () =>
    withFolder(
      { 'hello.py': 'import sys, time\nprint("loading", flush=True)\ntime.sleep(600)\n' },
      (folder) =>
        serving({ argv: ['dev', join(folder, 'hello.py')] }, async (launcher) => {
          await launcher.stdout.contains('loading');
          launcher.signal('SIGINT');
          await launcher.assertNothingLeft(done);
          expect(launcher.stdout.text).not.toContain('does not load');
          expect(launcher.stdout.text).not.toContain('Try it');
        }),
    ));

  test('ends with 0 at Ctrl-C, lets what runs end, and leaves nothing', () =>
    withGate((gate) =>
      withFolder({ 'hello.sh': gate.shellAction }, (folder) =>
        developing(join(folder, 'hello.sh'), async (launcher) => {
          const running = launcher.run({ wait: 1 });
          await launcher.stderr.contains('started 1');
          launcher.signal('SIGINT');
          gate.open();
          expect((await running).json).toEqual({ wait: 1 });
          await launcher.assertNothingLeft(done);
        }),
      ),
    ));
});

describe('dev shows logs', () => {
  const talk = `import os, sys, subprocess
print("at load")
def main(args):
    print("to out")
    print("to err", file=sys.stderr)
    os.system("echo child")
    sys.stdout.buffer.write(b"\\xff\\xfe\\n")
    print("no end", end="")
    return {}
`;

  test('line by line, with stream, activation and milliseconds, and without sentinels', () =>
    withFolder({ 'hello.py': talk }, (folder) =>
      developing(join(folder, 'hello.py'), async (launcher) => {
        await launcher.run({}, { activation_id: '0123456789abcdef' });
        await launcher.run();
        const out = launcher.stdout.lines.filter((line) => line.startsWith('out '));
        expect(out[0]).toBe('out │ at load');
        for (const message of ['to out', 'child', 'no end']) {
          expect(
            out.some(
              (line) => line.startsWith('out 01234567 +') && line.endsWith(`ms │ ${message}`),
            ),
          ).toBe(true);
          expect(out.some((line) => /^out \+\d+ms │ /.test(line) && line.endsWith(message))).toBe(
            true,
          );
        }
        expect(launcher.stderr.lines[0]).toMatch(/^err 01234567 \+\d+ms │ to err$/);
        expect(launcher.stderr.lines[1]).toMatch(/^err \+\d+ms │ to err$/);
        expect(launcher.sentinels).toEqual([0, 0]);
        expect(launcher.stdout.text).not.toContain('\x1b');
      }),
    ));

  test('of 5 MB, all of it', () =>
    withFolder(
      {
        'hello.js':
          'function main() { for (let n = 0; n < 50000; n += 1) console.log(String(n).padStart(99)); return {}; }',
      },
      (folder) =>
        developing(join(folder, 'hello.js'), async (launcher) => {
          expect((await launcher.run()).status).toBe(200);
          const numbers = launcher.stdout.lines
            .filter((line) => line.startsWith('out '))
            .map((line) => Number(line.split('│')[1]));
          expect(numbers).toEqual(Array.from({ length: 50000 }, (_, n) => n));
        }),
    ));

  test('and the reason why an activation failed', () =>
    withFolder({ 'hello.js': 'function main() { throw new Error("oh no"); }' }, (folder) =>
      developing(join(folder, 'hello.js'), async (launcher) => {
        expect((await launcher.run()).status).toBe(502);
        expect(launcher.stderr.text).toMatch(/^err \+\d+ms │ Error: oh no\n/);
      }),
    ));
});

describe('dev loads anew', () => {
  test.each(Object.keys(version(1)))('%s that is written in place', (name) =>
    withFolder(version(1), (folder) =>
      developing(join(folder, name), async (launcher) => {
        expect(await versionOf(launcher)).toBe('1');
        for (const n of ['2', '3']) {
          await reloading(launcher, () => writeFileSync(join(folder, name), fileOf(name, n)));
          expect(await versionOf(launcher)).toBe(n);
        }
      }),
    ),
  );

  test.each(['hello.js', 'hello.py'])("%s that an editor's atomic rename replaces", (name) =>
    withFolder(version(1), (folder) =>
      developing(join(folder, name), async (launcher) => {
        for (const n of ['2', '3', '4']) {
          await reloading(launcher, () => {
            writeFileSync(join(folder, '.hello.swp'), fileOf(name, n));
            renameSync(join(folder, '.hello.swp'), join(folder, name));
          });
          expect(await versionOf(launcher)).toBe(n);
        }
      }),
    ),
  );

  test('a file that an editor moves away and writes anew', () =>
    withFolder(version(1), (folder) =>
      developing(join(folder, 'hello.js'), async (launcher) => {
        for (const n of ['2', '3']) {
          await reloading(launcher, () => {
            renameSync(join(folder, 'hello.js'), join(folder, 'hello.js~'));
            writeFileSync(join(folder, 'hello.js'), fileOf('hello.js', n));
          });
          expect(await versionOf(launcher)).toBe(n);
        }
      }),
    ));

  test('a folder in which a file changes, comes or is replaced', () =>
    withFolder(
      {
        'index.js': `exports.main = () => ({ version: require('./lib/version').version() })`,
        'lib/version.js': `exports.version = () => '1'`,
      },
      (folder) =>
        developing(folder, async (launcher) => {
          const file = join(folder, 'lib/version.js');
          expect(await versionOf(launcher)).toBe('1');
          await reloading(launcher, () => writeFileSync(file, `exports.version = () => '2'`));
          expect(await versionOf(launcher)).toBe('2');
          await reloading(launcher, () => {
            writeFileSync(`${file}.new`, `exports.version = () => '3'`);
            renameSync(`${file}.new`, file);
          });
          expect(await versionOf(launcher)).toBe('3');
          await reloading(launcher, () => {
            mkdirSync(join(folder, 'lib/deep'));
            writeFileSync(join(folder, 'lib/deep/index.js'), `module.exports = '4'`);
            writeFileSync(file, `exports.version = () => require('./deep')`);
          });
          expect(await versionOf(launcher)).toBe('4');
          await reloading(launcher, () =>
            writeFileSync(join(folder, 'lib/deep/index.js'), `module.exports = '5'`),
          );
          expect(await versionOf(launcher)).toBe('5');
        }),
    ));

  test('a mounted ConfigMap, whose link is turned to another folder', () =>
    withFolder({ '..1/index.js': `exports.main = () => ({ version: '1' })` }, (folder) => {
      symlinkSync('..1', join(folder, '..data'));
      symlinkSync('..data/index.js', join(folder, 'index.js'));
      return developing(folder, async (launcher) => {
        for (const n of ['2', '3']) {
          await reloading(launcher, () => {
            mkdirSync(join(folder, `..${n}`));
            writeFileSync(
              join(folder, `..${n}/index.js`),
              `exports.main = () => ({ version: '${n}' })`,
            );
            symlinkSync(`..${n}`, join(folder, '..data_tmp'));
            renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
            rmSync(join(folder, `..${Number(n) - 1}`), { recursive: true });
          });
          expect(await versionOf(launcher)).toBe(n);
        }
      });
    }));

  test('and goes on with the version before, and shows why, where the new one does not load', () =>
    withFolder(version(1), (folder) =>
      developing(join(folder, 'hello.js'), async (launcher) => {
        const file = join(folder, 'hello.js');
        const failed = 'does not load, the version before goes on: ';
        writeFileSync(file, 'function main( {');
        await launcher.stdout.until(() => count(launcher, failed) === 1);
        expect(launcher.stdout.text).toContain('hello.js:1\nfunction main( {');
        expect(launcher.stdout.text).toContain('SyntaxError: Unexpected end of input');
        expect(await versionOf(launcher)).toBe('1');
        rmSync(file);
        await launcher.stdout.until(() => count(launcher, failed) === 2);
        expect(launcher.stdout.text).toContain('ENOENT');
        expect(await versionOf(launcher)).toBe('1');
        await reloading(launcher, () => writeFileSync(file, fileOf('hello.js', 2)));
        expect(await versionOf(launcher)).toBe('2');
      }),
    ));

  test('and goes on with the version before of a program whose file is removed or can not be run', () =>
    withFolder(version(1), (folder) =>
      developing(join(folder, 'hello'), async (launcher) => {
        const file = join(folder, 'hello');
        const failed = 'does not load, the version before goes on: ';
        rmSync(file);
        await launcher.stdout.until(() => count(launcher, failed) === 1);
        expect(await versionOf(launcher)).toBe('1');
        writeFileSync(file, 'neither #! nor ELF');
        await launcher.stdout.until(() => count(launcher, failed) === 2);
        expect(await versionOf(launcher)).toBe('1');
        await reloading(launcher, () => writeFileSync(file, fileOf('hello', 2)));
        expect(await versionOf(launcher)).toBe('2');
      }),
    ));

  test('a script that finds its neighbours, by its working folder and by its own path, and writes there', () =>
    withFolder(
      {
        'hello.sh': `. ./lib.sh; . "$(dirname "$0")/lib.sh"; echo > written; echo "{\\"version\\": \\"$sourced\\"}"`,
        'lib.sh': 'sourced=$sourced!',
      },
      (folder) =>
        developing(join(folder, 'hello.sh'), async (launcher) => {
          expect(await versionOf(launcher)).toBe('!!');
          expect(existsSync(join(folder, 'written'))).toBe(true);
        }),
    ));

  test('a folder of scripts, all of which stay as they were until the new version has taken over', () =>
    withGate((gate) =>
      withFolder(
        {
          'main.sh': `echo started >&2
until [ -e ${gate.path} ]; do sleep 0.01; done
. ./lib/version.sh
echo "{\\"version\\": \\"$version\\", \\"isLinked\\": $([ -L node_modules ] && cat node_modules/linked)}"
`,
          'lib/version.sh': 'version=1',
          'node_modules/linked': 'true',
        },
        (folder) =>
          developing(folder, async (launcher) => {
            const running = launcher.run();
            await launcher.stderr.contains('started');
            await reloading(launcher, () =>
              writeFileSync(join(folder, 'lib/version.sh'), 'version=2'),
            );
            gate.open();
            expect((await running).json).toEqual({ version: '1', isLinked: true });
            expect(await versionOf(launcher)).toBe('2');
          }),
      ),
    ));

  test('what did not load at first', () =>
    withFolder({ 'hello.ts': 'const = 1' }, (folder) =>
      developing(join(folder, 'hello.ts'), async (launcher) => {
        expect(launcher.stdout.text).toMatch(/dev │ does not load: .*\/hello\.ts:1\nconst = 1\n/);
        expect((await launcher.run()).status).toBe(500);
        await reloading(launcher, () =>
          writeFileSync(join(folder, 'hello.ts'), fileOf('hello.ts', 2)),
        );
        expect(await versionOf(launcher)).toBe('2');
      }),
    ));

  test.each([
    [
      'hello.js',
      `const fs = require('node:fs');
       async function main(args) {
         console.error('started');
         while (!fs.existsSync(args.gate)) await new Promise((done) => setTimeout(done, 5));
         return { version: '1' };
       }`,
    ],
    [
      'hello.py',
      `import os, sys, time
def main(args):
  print("started", file=sys.stderr)
  while not os.path.exists(args["gate"]): time.sleep(0.005)
  return {"version": "1"}
`,
    ],
    ...['hello.sh', 'hello'].map((file) => [
      file,
      `#!/bin/bash
gate=\${1#*'"gate": "'}
echo started >&2
until [ -e "\${gate%%'"'*}" ]; do sleep 0.01; done
echo '{"version": "1"}'
`,
    ]),
  ])('%s while an activation runs and one waits, which the version before answers', (name, text) =>
    withGate((gate) =>
      withFolder({ [name]: text }, (folder) =>
        developing(join(folder, name), async (launcher) => {
          const both = [launcher.run({ gate: gate.path }), launcher.run({ gate: gate.path })];
          await launcher.stderr.contains('started');
          await reloading(launcher, () => writeFileSync(join(folder, name), fileOf(name, 2)));
          expect(await versionOf(launcher)).toBe('2');
          gate.open();
          const answers = await Promise.all(both);
          expect(answers.map(({ json }) => json)).toEqual([{ version: '1' }, { version: '1' }]);
          expect(await versionOf(launcher)).toBe('2');
        }),
      ),
    ),
  );

  test.each(['hello.js', 'hello.py'])(
    '%s five times without losing one of 200 activations',
    (name) =>
      withFolder(version(0), (folder) =>
        developing(join(folder, name), async (launcher) => {
          const answers: Promise<number>[] = [];
          const ask = (): void => void answers.push(launcher.run().then(({ status }) => status));
          for (let n = 1; n <= 5; n += 1) {
            for (let k = 0; k < 20; k += 1) ask();
            await reloading(launcher, () => {
              writeFileSync(join(folder, name), fileOf(name, n));
              for (let k = 0; k < 20; k += 1) ask();
            });
          }
          expect(await Promise.all(answers)).toEqual(Array.from({ length: 200 }, () => 200));
          expect(await versionOf(launcher)).toBe('5');
          // One loop is left of the six.
          await until(() => launcher.processes.length === 1);
        }),
      ),
  );

  test('and leaves a WebSocket open, whose next message the new version answers', () =>
    withFolder(version(1), (folder) =>
      developing(join(folder, 'hello.js'), async (launcher) => {
        const client = await Client.connect(launcher);
        expect(await client.ask({})).toEqual({ version: '1' });
        await reloading(launcher, () =>
          writeFileSync(join(folder, 'hello.js'), fileOf('hello.js', 2)),
        );
        expect(await client.ask({})).toEqual({ version: '2' });
        client.socket.close();
      }),
    ));
});

describe('dev --inspect', () => {
  const inspect = { argv: ['--inspect'] };
  const addresses = (launcher: Launcher): number[] =>
    [...launcher.stdout.text.matchAll(/debugger listens on 127\.0\.0\.1:(\d+)$/gm)].map(
      ([, port]) => Number(port),
    );
  const titleAt = async (port: number): Promise<string> => {
    const client = new HttpClient(port);
    const { json } = await client.ask('/json/version');
    client.close();
    return (json as { Browser: string }).Browser;
  };

  test.each(['hello.js', 'hello.ts'])(
    'starts %s with an inspector, each version on its own port',
    (name) =>
      withFolder(version(1), (folder) =>
        developing(
          join(folder, name),
          async (launcher) => {
            expect(await versionOf(launcher)).toBe('1');
            const [first = 0] = addresses(launcher);
            expect(await titleAt(first)).toBe(`node.js/${process.version}`);
            await reloading(launcher, () => writeFileSync(join(folder, name), fileOf(name, 2)));
            expect(await versionOf(launcher)).toBe('2');
            const [, second = 0] = addresses(launcher);
            expect(second).not.toBe(first);
            expect(await titleAt(second)).toBe(`node.js/${process.version}`);
            expect(launcher.stderr.text).toContain('Debugger listening');
          },
          inspect,
        ),
      ),
  );

  test('starts the one that replaces a dead loop with an inspector too', () =>
    withFolder({ 'hello.js': 'function main() { process.exit(1); }' }, (folder) =>
      developing(
        join(folder, 'hello.js'),
        async (launcher) => {
          expect((await launcher.run()).status).toBe(400);
          await launcher.stdout.until(() => addresses(launcher).length === 2);
          expect(await titleAt(addresses(launcher)[1] ?? 0)).toMatch(/^node/);
        },
        inspect,
      ),
    ));

  test('starts python with debugpy, or says what to install', () =>
    withFolder(version(1), (folder) =>
      developing(
        join(folder, 'hello.py'),
        async (launcher) => {
          if (hasDebugpy()) {
            expect(await versionOf(launcher)).toBe('1');
            const [port = 0] = addresses(launcher);
            const socket = await tryToConnect(port);
            expect(socket).toBeDefined();
            socket?.destroy();
            await reloading(launcher, () =>
              writeFileSync(join(folder, 'hello.py'), fileOf('hello.py', 2)),
            );
            expect(await versionOf(launcher)).toBe('2');
            expect(addresses(launcher).length).toBe(2);
          } else {
            expect(launcher.stdout.text).toMatch(/does not load: .*pip install debugpy\n/);
          }
        },
        { ...inspect, env: { PATH: process.env['PATH'] ?? '' } },
      ),
    ));

  test.each(['hello.sh', 'hello'])(
    'says for %s that its language has no debugger, and which have',
    (name) =>
      withFolder(version(1), (folder) =>
        developing(
          join(folder, name),
          async (launcher) => {
            expect(launcher.stdout.text).toMatch(
              /does not load: .*no debugger for (shell|native), only for java, node, python\n/,
            );
            expect((await launcher.run()).error).toBe('no action defined yet');
          },
          inspect,
        ),
      ),
  );
});

function hasDebugpy(): boolean {
  try {
    execFileSync('python3', ['-c', 'import debugpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
