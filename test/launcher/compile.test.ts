import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';

import { zip } from '../support/archives.ts';
import { withFolder } from '../support/folders.ts';
import { serving } from '../support/launcher.ts';
import type { Launcher } from '../support/launcher.ts';
import { until } from '../support/processes.ts';

const fixedSentence = 'The action failed to generate or locate a binary. See logs for details.';
const program =
  '#!/bin/bash\\nwhile read -r line; do echo "{\\\\"main\\\\":\\\\"$1\\\\"}" >&3; done\\n';

/** Compilers, as OW_COMPILER gets them: `COMPILER main srcDir binDir`. */
const compilers: Readonly<Record<string, string>> = {
  // The program answers with what the compiler was given.
  good: `#!/bin/bash
cat > "$3/exec" <<END
#!/bin/bash
while read -r line; do
  echo '{"main":"$1","source":"'$(cat "$2/exec")'","some":"'$SOME'","path":'\${PATH:+true}'}' >&3
done
END
chmod +x "$3/exec"
`,
  'no-bit': `#!/bin/bash\nprintf '${program}' > "$3/exec"\n`,
  prints: `#!/bin/bash\necho "line 1: no" ; echo "line 2: no" >&2; printf '${program}' > "$3/exec"\n`,
  'fails-silently': '#!/bin/bash\nexit 3\n',
  'fails-loudly': '#!/bin/bash\necho "it is broken" >&2\nexit 1\n',
  'leaves-nothing': '#!/bin/bash\nexit 0\n',
  hangs: '#!/bin/bash\nsleep 1000\n',
};

function withCompiler(
  name: string,
  env: Readonly<Record<string, string>>,
  body: (launcher: Launcher) => Promise<void>,
): Promise<void> {
  return withFolder(compilers, (folder) =>
    serving({ env: { OW_COMPILER: join(folder, name), ...env } }, body),
  );
}

describe('OW_COMPILER', () => {
  test('is given main, the source and the place for exec, which is then served', () =>
    withCompiler('good', {}, async (launcher) => {
      await launcher.load({ code: 'the source', main: 'niam', env: { SOME: 'thing' } });
      const expected = { main: 'niam', source: 'the source', some: 'thing', path: true };
      expect((await launcher.run()).json).toEqual(expected);
      expect(launcher.sentinels).toEqual([1, 1]);
    }));

  test('need not make its exec executable', () =>
    withCompiler('no-bit', {}, async (launcher) => {
      await launcher.load('the source');
      expect((await launcher.run()).status).toBe(200);
    }));

  test.each([
    ['prints', /^line 1: no\nline 2: no\n?$/],
    ['fails-silently', /3/],
    ['fails-loudly', /^it is broken\n?$/],
    ['leaves-nothing', /cannot compile/],
  ])('that %s fails, and the client is told why', (name, reason) =>
    withCompiler(name, {}, async (launcher) => {
      const answer = await launcher.init('the source');
      expect(answer.status).toBe(502);
      expect(answer.error).toMatch(reason);
      expect(launcher.stdout.text + launcher.stderr.text).toBe('');
      expect((await launcher.run()).status).toBe(500);
    }),
  );

  test.each([
    ['prints', 'line 1: no\nline 2: no\n'],
    ['fails-loudly', 'it is broken\n'],
  ])('that %s fails, and the logs are told why with OW_LOG_INIT_ERROR', (name, logged) =>
    withCompiler(name, { OW_LOG_INIT_ERROR: '1' }, async (launcher) => {
      const answer = await launcher.init('the source');
      expect([answer.status, answer.error]).toEqual([502, fixedSentence]);
      expect(launcher.stdout.actionText).toBe('');
      expect(launcher.stderr.actionText).toBe(logged);
      expect(launcher.sentinels).toEqual([1, 1]);
    }),
  );

  test('that is not there fails by name', () =>
    withCompiler('nowhere', {}, async (launcher) => {
      const answer = await launcher.init('the source');
      expect(answer.status).toBe(502);
      expect(answer.error).toContain('nowhere');
    }));

  test('that takes too long is killed with all that it started', () =>
    withCompiler('hangs', { OW_INIT_TIMEOUT_MS: '300' }, async (launcher) => {
      const answer = await launcher.init('the source');
      expect(answer.status).toBe(502);
      expect(answer.error).toContain('300 ms');
      await until(() => launcher.processes.length === 0);
    }));

  test('is not asked where the code is an executable already', () =>
    withCompiler('fails-loudly', {}, async (launcher) => {
      await launcher.load(`#!/bin/bash\nwhile read -r line; do echo '{"a":1}' >&3; done\n`);
      expect((await launcher.run()).json).toEqual({ a: 1 });
    }));

  test('builds what an archive holds, which need not hold an exec', () =>
    withFolder(
      {
        compiler: `#!/bin/bash\ncat "$2/lib/program" > "$3/exec"\ncp "$2/data.txt" "$3/data.txt"\n`,
      },
      (folder) =>
        serving({ env: { OW_COMPILER: join(folder, 'compiler') } }, async (launcher) => {
          const archive = await zip({
            'lib/program':
              '#!/bin/bash\nwhile read -r line; do echo "{\\"a\\":$(cat data.txt)}" >&3; done\n',
            'data.txt': '1',
          });
          await launcher.load({ code: archive.toString('base64'), binary: true });
          expect((await launcher.run()).json).toEqual({ a: 1 });
        }),
    ));
});

describe('OW_EXECUTION_ENV', () => {
  const exec = `#!/bin/bash\nwhile read -r line; do echo "{\\"env\\":\\"$__OW_EXECUTION_ENV\\"}" >&3; done\n`;
  const env = { OW_EXECUTION_ENV: 'mine:1' };

  async function initWith(
    launcher: Launcher,
    files: Readonly<Record<string, string>>,
  ): ReturnType<Launcher['init']> {
    return launcher.init({ code: (await zip(files)).toString('base64'), binary: true });
  }

  test('lets an archive start that was made for it, and is passed on', () =>
    serving({ env }, async (launcher) => {
      const files = { exec, 'exec.env': '\n mine:1 \n' };
      expect((await initWith(launcher, files)).status).toBe(200);
      expect((await launcher.run()).json).toEqual({ env: 'mine:1' });
    }));

  test('refuses an archive that was made for another one, and the logs say both', () =>
    serving({ env }, async (launcher) => {
      const answer = await initWith(launcher, { exec, 'exec.env': 'other:2\n' });
      expect([answer.status, answer.error]).toEqual([
        502,
        'cannot start action: Execution environment version mismatch. See logs for details.',
      ]);
      expect(launcher.stdout.actionText).toBe(
        'Expected exec.env should start with mine:1\nActual value: other:2\n',
      );
    }));

  test('refuses an archive that does not say what it was made for', () =>
    serving({ env }, async (launcher) => {
      const answer = await initWith(launcher, { exec });
      expect(answer.status).toBe(502);
      expect(answer.error).toContain('exec.env');
    }));
});

describe('OW_SAVE_JAR', () => {
  const jar = (): Promise<Buffer> =>
    zip({ 'META-INF/MANIFEST.MF': 'Main-Class: x\n', 'x.class': 'not unpacked' });
  const compiler = `#!/bin/bash
cat > "$3/exec" <<END
#!/bin/bash
while read -r line; do echo '{"files":"'$(cd "$2"; echo *)'"}' >&3; done
END
`;

  test.each([
    ['keeps a jar whole', { OW_SAVE_JAR: 'exec.jar' }, 'exec.jar'],
    ['unpacks a jar where it is not set', {}, 'META-INF x.class'],
  ])('%s', (_, env, files) =>
    withFolder({ compiler }, (folder) =>
      serving({ env: { OW_COMPILER: join(folder, 'compiler'), ...env } }, async (launcher) => {
        await launcher.load({ code: (await jar()).toString('base64'), binary: true });
        expect((await launcher.run()).json).toEqual({ files });
      }),
    ),
  );

  test('does not keep other archives whole', () =>
    withFolder({ compiler }, (folder) =>
      serving(
        { env: { OW_COMPILER: join(folder, 'compiler'), OW_SAVE_JAR: 'exec.jar' } },
        async (launcher) => {
          const archive = await zip({ 'a.txt': 'a', 'b.txt': 'b' });
          await launcher.load({ code: archive.toString('base64'), binary: true });
          expect((await launcher.run()).json).toEqual({ files: 'a.txt b.txt' });
        },
      ),
    ));
});
