import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

import { rawZip, zip } from '../../support/archives.ts';
import { compile, entriesOf, pathOf } from '../../support/compiling.ts';
import { withFolder } from '../../support/folders.ts';
import { program, serving } from '../../support/launcher.ts';

const main = '#include <stdio.h>\nint main(void) { puts("{\\"a\\":1}"); }\n';

/** Serves what was compiled. */
async function answerOf(
  compiled: Buffer,
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  let answer: unknown;
  await serving({ env }, async (launcher) => {
    await launcher.load({ code: compiled.toString('base64'), binary: true, main: 'whatever' });
    answer = (await launcher.run({})).json;
  });
  return answer;
}

describe('compile', () => {
  test('makes a zip of a source that starts where no compiler is, and says what it was made for', () =>
    withFolder({}, async (folder) => {
      const { code, stdout, stderr } = compile(main, { args: ['--language', 'c'] });
      expect([code, stderr]).toEqual([0, '']);
      const entries = await entriesOf(stdout);
      expect(Object.keys(entries).sort()).toEqual(['exec', 'exec.env']);
      expect(entries['exec']?.[0]).toBe('100755');
      expect(entries['exec.env']).toEqual(['100644', 'c:gnu17\n']);
      const PATH = pathOf(folder, ['mkfifo', 'sh']);
      expect(await answerOf(stdout, { PATH })).toEqual({ a: 1 });
      expect(await answerOf(stdout, { PATH, OW_LANGUAGE: 'c' })).toEqual({ a: 1 });
    }));

  test('writes OW_EXECUTION_ENV instead, which the launcher of that name then looks for', async () => {
    const env = { OW_EXECUTION_ENV: 'mine:1' };
    const { stdout } = compile('#!/bin/sh\nread -r line\necho \'{"a":2}\' >&3\nread -r line\n', {
      args: ['--language', 'actionloop'],
      env,
    });
    expect((await entriesOf(stdout))['exec.env']?.[1]).toBe('mine:1\n');
    expect(await answerOf(stdout, env)).toEqual({ a: 2 });
  });

  test('keeps the modes and links of an archive', async () => {
    const archive = rawZip([
      { name: 'exec', data: '#!/bin/sh\necho "{\\"a\\":\\"$(cat etc/link)\\"}"\n', mode: 0o100755 },
      { name: 'etc/', mode: 0o40755 },
      { name: 'etc/data', data: 'linked', mode: 0o100640 },
      { name: 'etc/link', data: 'data', mode: 0o120777 },
    ]);
    const { code, stdout } = compile(archive);
    expect(code).toBe(0);
    expect(await entriesOf(stdout)).toMatchObject({
      exec: ['100755', expect.anything()],
      'etc/data': ['100640', 'linked'],
      'etc/link': ['120777', 'data'],
    });
    expect(await answerOf(stdout)).toEqual({ a: 'linked' });
  });

  test('leaves out what was compiled and what only that needs, and keeps what lies beside it', async () => {
    const files = {
      'main.c': '#include "a.h"\n#include <stdio.h>\nint main(void) { puts("{\\"a\\":" A "}"); }\n',
      'a.h': '#define A "3"\n',
      Makefile: 'exec: main.c\n\tcc -o $@ $<\n',
      'lib/more.c': 'int more;\n',
      'lib/data.txt': 'data',
    };
    const { stdout, code } = compile(await zip(files));
    expect(code).toBe(0);
    const names = Object.keys(await entriesOf(stdout)).sort();
    expect(names).toEqual(['a.h', 'exec', 'exec.env', 'lib/', 'lib/data.txt']);
    expect(await answerOf(stdout)).toEqual({ a: 3 });
  });

  test('makes the same bytes of the same code', async () => {
    const archive = await zip({ 'main.c': main, 'b.txt': 'b', 'a/c.txt': 'c' });
    const first = compile(archive);
    const second = compile(archive, { env: { TZ: 'Asia/Tokyo' } });
    expect(first.code).toBe(0);
    expect(second.stdout.equals(first.stdout)).toBe(true);
  });

  test('waits for whoever reads it slowly, by a pipe that does not block', async () => {
    const archive = await zip({ 'main.sh': 'echo {}\n', data: randomBytes(500_000) });
    const script = `
import fcntl, os, struct, subprocess, sys, termios
reader, writer = os.pipe()
os.set_blocking(writer, False)
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=writer)
os.close(writer)
child.stdin.write(sys.stdin.buffer.read())
child.stdin.close()
held = bytearray(4)
size = fcntl.fcntl(reader, 1032) # F_GETPIPE_SZ
while child.poll() is None and struct.unpack("i", held)[0] < size // 2:
    fcntl.ioctl(reader, termios.FIONREAD, held)
zipped = open(reader, "rb").read()
print(child.wait(), len(zipped))`;
    const words = ['-c', script, process.execPath, program, 'compile'];
    const { stdout } = spawnSync('python3', words, { input: archive, encoding: 'utf8' });
    expect(stdout).toMatch(/^0 50\d{4}\n$/);
  });

  test('leaves an archive that was compiled before as it was', async () => {
    const { stdout: once } = compile(main, { args: ['--language', 'c'] });
    const { stdout: twice } = compile(once);
    expect(await entriesOf(twice)).toEqual(await entriesOf(once));
  });

  test.each([
    ['--env', ['--language', 'c', '--main', 'x', '--env', '{"WORD":"given","MORE":[1]}']],
    [
      "-env, with the proxy's -compile",
      ['-compile', 'x', '-env', '{"WORD":"given","MORE":[1]}', '--language', 'c'],
    ],
  ])('hands the build the environment of %s', async (_, args) => {
    const script = `printf '#!/bin/sh\\necho "{\\\\"a\\\\":\\\\"$(WORD)$(MORE)\\\\"}"\\n' > exec`;
    const archive = await zip({ Makefile: `exec:\n\t${script}\n` });
    const { code, stdout, stderr } = compile(archive, {
      command: args[0] === '-compile' ? [] : ['compile'],
      args,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(await answerOf(stdout)).toEqual({ a: 'given[1]' });
  });

  test.each([
    ['nothing on stdin', '', [], /compile: expected the source or archive on stdin, got nothing/],
    [
      'an environment that is no JSON',
      main,
      ['--env', 'x=1'],
      /--env: expected a JSON object, got x=1/,
    ],
    ['an unknown option', main, ['--man', 'x'], /unknown option/],
    [
      'a language that is not known',
      main,
      ['--language', 'klingon'],
      /--language: expected one of .*, node, .*, got "klingon"/,
    ],
  ])('ends with code 2 for %s', (_, input, args, reason) => {
    const { code, stdout, stderr } = compile(input, { args });
    expect([code, stdout.length]).toEqual([2, 0]);
    expect(stderr).toMatch(reason);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  test.each([
    ['does not compile', 'int main(void) { x; }\n', /main\.c:1:18: error: .*x/],
    ['has no known language', 'just words\n', /The language of the action is unknown/],
  ])('ends with code 1 for what %s, and writes no zip', (_, input, reason) => {
    const args = input.startsWith('int') ? ['--language', 'c'] : [];
    const { code, stdout, stderr } = compile(input, { args });
    expect([code, stdout.length]).toEqual([1, 0]);
    expect(stderr).toMatch(reason);
    expect(stderr).toMatch(/[^\n]\n$/);
  });
});

describe('compile installs', () => {
  const hasPip = spawnSync('python3', ['-c', 'import ensurepip, pip']).status === 0;
  const only = hasPip || process.env['CI'] === 'true' ? test : test.skip;
  const wheel = (): Promise<Buffer> =>
    zip({
      'thing.py': 'word = "from the wheel"\n',
      'thing-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n',
      'thing-1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
      'thing-1.0.dist-info/RECORD': '',
    });
  const env = { PIP_NO_INDEX: '1' };

  only(
    'what requirements.txt declares, into a virtualenv that is found where it is served',
    async () => {
      const archive = await zip({
        '__main__.py': 'import thing\ndef main(args):\n    return {"a": thing.word}\n',
        'requirements.txt': './thing-1.0-py3-none-any.whl\n',
        'thing-1.0-py3-none-any.whl': await wheel(),
      });
      const { code, stdout, stderr } = compile(archive, { env });
      expect([code, stderr]).toEqual([0, '']);
      expect((await entriesOf(stdout))['virtualenv/bin/python']?.[0]).toBe('120777');
      let answer: unknown;
      await serving({}, async (launcher) => {
        await launcher.load({ code: stdout.toString('base64'), binary: true });
        answer = (await launcher.run({})).json;
      });
      expect(answer).toEqual({ a: 'from the wheel' });
    },
  );

  only("and fails with the installer's own words", async () => {
    const files = { '__main__.py': '', 'requirements.txt': 'no-such-thing==1.0\n' };
    const { code, stdout, stderr } = compile(await zip(files), { env });
    expect([code, stdout.length]).toEqual([1, 0]);
    expect(stderr).toMatch(/The dependencies in requirements\.txt could not be installed/);
    expect(stderr).toMatch(/No matching distribution found for no-such-thing==1\.0/);
  });
});
