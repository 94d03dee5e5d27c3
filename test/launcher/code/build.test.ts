import { describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { zipped } from '../../support/compiling.ts';
import { withFolder } from '../../support/folders.ts';
import { withLanguage } from '../../support/installation.ts';
import { ending, serving } from '../../support/launcher.ts';
import type { Launcher, LauncherOptions } from '../../support/launcher.ts';

/** Its executable answers with what the build was given. Each build and prepare writes a line to $LOG. */
const build = `#!/bin/bash
echo "build $*" >> "$LOG"
[ ! -f main.mu ] || grep -q broken main.mu && { echo "main.mu:1: it is broken"; exit 1; }
[ ! -f main.mu ] || grep -q endless main.mu && { mktemp > /dev/null; exec sleep 1000; }
prepared=$1 main=$2 src=$3 bin=$4
cat > "$bin/exec" <<END
#!/bin/bash
number=0
[ -n "\\$__OW_WAIT_FOR_ACK" ] && echo '{"ok":true,"numbered":true}' >&3
while read -r line; do
  number=\\$((number + 1))
  echo "\\$number {\\"main\\":\\"$main\\",\\"source\\":\\"$(cat main.mu)\\",\\"prepared\\":\\"$(cat "$prepared/made")\\"}" >&3
done
END
chmod +x "$bin/exec"
`;
const prepare = `#!/bin/bash
echo "prepare" >> "$LOG"
[ -n "$UNREACHABLE" ] && { echo "the registry can not be reached"; exit 7; }
echo "once" > "$1/made"
`;
const manifest = {
  build: ['build.sh', '{prepared}'],
  prepare: ['prepare.sh'],
  install: { 'needs.txt': { run: ['install.sh'], package: 'needful' } },
};
const install = `#!/bin/bash
echo "install" >> "$LOG"
echo "looking for $(cat needs.txt)"
[ "$(cat needs.txt)" = nowhere ] && exit 3
[ "$(cat needs.txt)" = "another tool" ] && { another-tool; exit; }
printf installed > main.mu
`;
const files = { 'build.sh': build, 'prepare.sh': prepare, 'install.sh': install };

interface World {
  /** Starts a launcher, for the time of one body. */
  readonly serve: (
    env: Readonly<Record<string, string>>,
    body: (launcher: Launcher) => Promise<unknown>,
  ) => Promise<void>;
  /** What was done since it was last asked, by the first word. */
  readonly done: () => string[];
  readonly root: string;
}

function inWorld(body: (world: World) => Promise<void>, more: object = {}): Promise<void> {
  return withLanguage({ ...manifest, ...more }, files, async (installed, root) => {
    const log = join(root, 'log');
    writeFileSync(log, '');
    await body({
      root,
      serve: (env, within) =>
        serving(
          { installed, env: { OW_LANGUAGE: 'made-up', LOG: log, ...env } },
          async (launcher) => {
            await within(launcher);
          },
        ),
      done() {
        const words = readFileSync(log, 'utf8').split('\n').filter(Boolean);
        writeFileSync(log, '');
        return words.map((line) => line.split(' ', 1)[0] ?? '');
      },
    });
  });
}

const answers = async (launcher: Launcher, source: string, main = 'main'): Promise<void> => {
  await launcher.load({ code: source, main });
  expect((await launcher.run()).json).toEqual({ main, source, prepared: 'once' });
};

describe('A language with a build', () => {
  test('is built at init, after it was prepared, and answers', () =>
    inWorld(async ({ serve, done }) => {
      await serve({}, (launcher) => answers(launcher, 'a', 'niam'));
      expect(done()).toEqual(['prepare', 'build']);
    }));

  test('tells what its build says, and can be initialised again', () =>
    inWorld(async ({ serve, done }) => {
      await serve({}, async (launcher) => {
        const answer = await launcher.init('broken');
        expect([answer.status, answer.error]).toEqual([502, 'main.mu:1: it is broken\n']);
        await answers(launcher, 'a');
      });
      expect(done()).toEqual(['prepare', 'build', 'build']);
    }));

  test('leaves nothing of a build that takes too long', () =>
    inWorld(async ({ serve, done }) => {
      await serve({ OW_INIT_TIMEOUT_MS: '2000' }, async (launcher) => {
        expect((await launcher.init('endless')).status).toBe(502);
        expect(done()).toEqual(['prepare', 'build']);
      });
    }));

  test('is not built where an executable comes', () =>
    inWorld(async ({ serve, done }) => {
      const exec = `#!/bin/bash\nwhile read -r line; do echo '{"a":1}' >&3; done\n`;
      await serve({}, async (launcher) => {
        await launcher.load(exec);
        expect((await launcher.run()).json).toEqual({ a: 1 });
      });
      await serve({}, async (launcher) => {
        await launcher.load(await zipped({ exec }));
        expect((await launcher.run()).json).toEqual({ a: 1 });
      });
      expect(done()).toEqual([]);
    }));

  test.each([
    ['is of its kind', 'made-up:0.9\n', 'numbered'],
    ['is of another kind', 'other:1\n', 'plain'],
  ])('speaks to an archive as its exec.env says, which %s', (_, kind, spoken) =>
    inWorld(async ({ serve }) => {
      const exec = `#!/bin/bash
if [ -n "$__OW_NUMBERED_ANSWERS" ]; then
  echo '{"ok":true,"numbered":true}' >&3
  read -r line && echo '1 ["numbered"]' >&3
else
  read -r line && echo '["plain"]' >&3
fi
read -r line
`;
      await serve({}, async (launcher) => {
        await launcher.load(await zipped({ exec, 'exec.env': kind }));
        expect((await launcher.run()).json).toEqual([spoken]);
      });
    }),
  );
});

describe('What is prepared', () => {
  test('is taken from where an image has it', () =>
    inWorld(async ({ serve, done, root }) => {
      const shipped = join(root, 'languages/made-up/prepared');
      mkdirSync(shipped);
      writeFileSync(join(shipped, 'made'), 'once');
      await serve({}, (launcher) => answers(launcher, 'a'));
      expect(done()).toEqual(['build']);
    }));

  test('is kept in OW_BUILD_CACHE, and made anew when the language changes', () =>
    inWorld(async ({ serve, done, root }) => {
      const env = { OW_BUILD_CACHE: join(root, 'cache') };
      const start = (): Promise<void> => serve(env, (launcher) => answers(launcher, 'a'));
      await start();
      expect(done()).toEqual(['prepare', 'build']);
      await start();
      expect(done()).toEqual([]);
      writeFileSync(join(root, 'languages/made-up/build.sh'), `${build}\n# newer\n`);
      await start();
      expect(done()).toEqual(['prepare', 'build']);
    }));

  test('can fail, which init says, and is tried again', () =>
    inWorld(async ({ serve, done }) => {
      await serve({ UNREACHABLE: '1' }, async (launcher) => {
        for (let attempt = 0; attempt < 2; attempt += 1) {
          const { status, error } = await launcher.init('a');
          expect([status, error]).toEqual([
            502,
            expect.stringContaining('the registry can not be reached'),
          ]);
          expect(error).toMatch(/made-up could not be prepared: .*7/);
        }
      });
      expect(done()).toEqual(['prepare', 'prepare']);
    }));

  test('is nothing that anybody waits for where no command names it', () =>
    inWorld(
      async ({ serve, done }) => {
        await serve({}, (launcher) => launcher.init('a'));
        expect(done()).toEqual(['build']);
      },
      { build: ['build.sh', '.'] },
    ));
});

/** The doctor where no language is installed, which would take its time. */
function doctorAlone(env: Readonly<Record<string, string>>): LauncherOptions {
  return { argv: ['doctor', '--port=0'], env: { ...env, PATH: '/nowhere' } };
}

describe('OW_BUILD_CACHE', () => {
  test('builds again for another source, entry point or environment, and for nothing else', () =>
    inWorld(async ({ serve, done, root }) => {
      const cache = join(root, 'cache');
      const built = async (value: object): Promise<boolean> => {
        await serve({ OW_BUILD_CACHE: cache }, (launcher) => launcher.load({ ...value }));
        return done().includes('build');
      };
      const a = { code: 'a' };
      expect(await built(a)).toBe(true);
      expect(await built(a)).toBe(false);
      expect(await built({ code: 'b' })).toBe(true);
      expect(await built({ ...a, main: 'niam' })).toBe(true);
      expect(await built({ ...a, env: { A: '1' } })).toBe(true);
      expect(await built({ ...a, env: { A: '1' } })).toBe(false);
      expect(await built(a)).toBe(false);
    }));

  test('keeps nothing of a build that failed', () =>
    inWorld(async ({ serve, done, root }) => {
      const env = { OW_BUILD_CACHE: join(root, 'cache') };
      for (let attempt = 0; attempt < 2; attempt += 1) {
        await serve(env, (launcher) => launcher.init('broken'));
      }
      expect(done()).toEqual(['prepare', 'build', 'build']);
    }));

  test.each([
    ['/proc/none/cache', 'ENOENT'],
    [import.meta.filename, 'EEXIST'],
    [join(import.meta.filename, 'cache'), 'ENOTDIR'],
  ])('that is no folder ends serve, and is a fault to doctor: %s', async (cache, fault) => {
    const env = { OW_BUILD_CACHE: cache };
    const served = await ending({ argv: ['serve'], env });
    expect(served.stderr).toContain(`OW_BUILD_CACHE: expected a folder, got ${cache}: ${fault}`);
    expect(served.code).toBe(2);
    const { stdout } = await ending(doctorAlone(env));
    expect(stdout).toMatch(new RegExp(`^✗ {2}build cache .*${fault}`, 'm'));
  });

  test('is made where it is not there yet, as doctor knows', () =>
    withFolder({}, async (folder) => {
      const { stdout } = await ending(doctorAlone({ OW_BUILD_CACHE: join(folder, 'not/there') }));
      expect(stdout).toMatch(/^✓ {2}build cache .* can be written to$/m);
    }));

  test('is off in serve unless it is set', () =>
    inWorld(async ({ serve, done, root }) => {
      for (let start = 0; start < 2; start += 1) {
        await serve({ HOME: root }, (launcher) => answers(launcher, 'a'));
      }
      expect(done()).toEqual(['prepare', 'build', 'prepare', 'build']);
      expect(existsSync(join(root, '.cache'))).toBe(false);
    }));
});

describe('OW_INSTALL', () => {
  const declaring = { 'needs.txt': 'a library', 'main.mu': 'a' };

  test('installs what an archive declares before it is built', () =>
    inWorld(async ({ serve, done }) => {
      await serve({ OW_INSTALL: '1' }, async (launcher) => {
        await launcher.load(await zipped(declaring));
        expect((await launcher.run()).json).toMatchObject({ source: 'installed' });
      });
      expect(done()).toEqual(['install', 'prepare', 'build']);
    }));

  test('is off unless it is set', () =>
    inWorld(async ({ serve, done }) => {
      await serve({}, async (launcher) => launcher.load(await zipped(declaring)));
      expect(done()).toEqual(['prepare', 'build']);
    }));

  test.each([
    ["in the installer's own words", 'nowhere', /: exit code 3\nlooking for nowhere$/],
    [
      'by the package that is missing',
      'another tool',
      /: apt-get install needful\nlooking for another tool\n[^]*another-tool: command not found$/,
    ],
  ])('fails %s', (_, needs, reason) =>
    inWorld(async ({ serve, done }) => {
      await serve({ OW_INSTALL: '1' }, async (launcher) => {
        const answer = await launcher.init(await zipped({ ...declaring, 'needs.txt': needs }));
        expect([answer.status, answer.error]).toEqual([502, expect.stringMatching(reason)]);
        expect(answer.error).toMatch(/^The dependencies in needs\.txt could not be installed: /);
      });
      expect(done()).toEqual(['install']);
    }),
  );

  test('finds a declaration by its ending', () =>
    inWorld(
      async ({ serve, done }) => {
        await serve({ OW_INSTALL: '1' }, async (launcher) => {
          await launcher.load(await zipped(declaring));
        });
        expect(done()).toEqual(['install', 'prepare', 'build']);
      },
      { install: { '*.txt': { run: ['install.sh'], package: 'needful' } } },
    ));
});
