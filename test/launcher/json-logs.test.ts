import { describe, expect, test } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { serving } from '../support/launcher.ts';
import type { Launcher, LauncherOptions } from '../support/launcher.ts';
import type { LogPipe } from '../support/log-pipe.ts';
import { sentinelText } from '../support/log-pipe.ts';
import { until } from '../support/processes.ts';

interface Line {
  readonly time: string;
  readonly stream: string;
  readonly activation_id: string | null;
  readonly language: string | null;
  readonly seq: number;
  readonly message: string;
}

/** Serves an action whose logs are JSON. */
function logging(
  language: string,
  code: string,
  body: (launcher: Launcher) => Promise<void>,
  options: LauncherOptions = {},
): Promise<void> {
  const env = { OW_LANGUAGE: language, OW_LOG_FORMAT: 'json', ...options.env };
  return serving({ ...options, env }, async (launcher) => {
    await launcher.load(code);
    await body(launcher);
  });
}

/** Every line but the sentinels; each has to be an object. */
function linesOf(pipe: LogPipe): Line[] {
  const texts = pipe.lines.filter((text) => text !== sentinelText);
  return texts.map((text) => JSON.parse(text) as Line);
}

function messagesOf(pipe: LogPipe): string[] {
  return linesOf(pipe).map(({ message }) => message);
}

/** Reads a pipe in small pieces until the condition holds. */
async function readSlowly(pipe: LogPipe, hasEnough: () => boolean): Promise<void> {
  while (!hasEnough()) {
    pipe.readSome(4096);
    await nextTurn();
  }
}

/** The numbers of both streams have to be 1, 2, 3 … */
function expectWholeSequence({ stdout, stderr }: Launcher): void {
  const [out, err] = [linesOf(stdout), linesOf(stderr)].map((lines) => lines.map(({ seq }) => seq));
  for (const numbers of [out, err]) {
    expect(numbers?.every((seq, at) => at === 0 || seq > (numbers[at - 1] ?? 0))).toBe(true);
  }
  const all = [...(out ?? []), ...(err ?? [])].sort((a, b) => a - b);
  expect(all.every((seq, at) => seq === at + 1)).toBe(true);
}

const talk: Readonly<Record<string, string>> = {
  node: 'function main(args) { console.log("to out"); console.error("to err"); return {}; }',
  python:
    'import sys\ndef main(args):\n  print("to out")\n  print("to err", file=sys.stderr)\n  return {}\n',
  shell: `echo 'to out'; echo 'to err' >&2; echo '{}'`,
  native: `#!/usr/bin/perl\n$| = 1; print "to out\\n"; print STDERR "to err\\n"; print "{}\\n";`,
  actionloop: `#!/usr/bin/env python3
import sys
for line in iter(sys.stdin.readline, ""):
    print("to out", flush=True)
    print("to err", file=sys.stderr, flush=True)
    open(3, "w", closefd=False).write("{}\\n")
`,
};

describe.each(Object.keys(talk))('A log line that %s writes', (language) => {
  test('says its time, stream, activation, language and number; sentinels stay bare', () =>
    logging(language, talk[language] ?? '', async (launcher) => {
      const before = Date.now();
      expect((await launcher.run({}, { activation_id: 'abc' })).status).toBe(200);
      expect((await launcher.run()).status).toBe(200);
      const after = Date.now();
      for (const [stream, pipe] of [
        ['stdout', launcher.stdout],
        ['stderr', launcher.stderr],
      ] as const) {
        const [first, second, ...more] = linesOf(pipe);
        expect(more).toEqual([]);
        const message = stream === 'stdout' ? 'to out' : 'to err';
        const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        const seq = expect.any(Number);
        expect(first).toEqual({ time, stream, activation_id: 'abc', language, seq, message });
        expect(second).toEqual({ time, stream, activation_id: null, language, seq, message });
        const times = [before, first, second, after].map((one) =>
          typeof one === 'number' ? one : Date.parse(one?.time ?? ''),
        );
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }
      expect(launcher.sentinels).toEqual([2, 2]);
      expect(launcher.stdout.lines[1]).toBe(sentinelText);
      expectWholeSequence(launcher);
    }));
});

describe('JSON logs', () => {
  test('are numbered over both streams without a gap, in the order of each', () =>
    logging(
      'node',
      `function main() {
         for (let n = 0; n < 5000; n += 1) { console.log(n); if (n % 3 === 0) console.error(n); }
         return {};
       }`,
      async (launcher) => {
        for (let n = 0; n < 2; n += 1) await launcher.run();
        const numbers = messagesOf(launcher.stdout).map(Number);
        expect(numbers).toEqual(Array.from({ length: 10_000 }, (_, n) => n % 5000));
        expect(linesOf(launcher.stderr).length).toBe(2 * 1667);
        expectWholeSequence(launcher);
      },
    ));

  test('hold lines of any length', () =>
    logging(
      'python',
      `import sys
def main(args):
  print("é" * 2_500_000)
  print("y" * 5_000_000, file=sys.stderr)
  print("short")
  return {}
`,
      async (launcher) => {
        expect((await launcher.run()).status).toBe(200);
        const [long, short] = messagesOf(launcher.stdout);
        expect(long === 'é'.repeat(2_500_000)).toBe(true);
        expect(short).toBe('short');
        expect(messagesOf(launcher.stderr)[0] === 'y'.repeat(5_000_000)).toBe(true);
        expect(launcher.sentinels).toEqual([1, 1]);
      },
    ));

  test('end a partial last line, and keep empty ones', () =>
    logging('shell', `printf 'a\\n\\n\\rb\\tno end' >&2; echo '{}'`, async (launcher) => {
      await launcher.run();
      await launcher.run();
      expect(messagesOf(launcher.stderr)).toEqual(['a', '', '\rb\tno end', 'a', '', '\rb\tno end']);
      expect(launcher.sentinels).toEqual([2, 2]);
    }));

  test('escape what would be a line, a sentinel or JSON of its own', () =>
    logging(
      'node',
      `function main() {
         console.log('${sentinelText}'); console.log('{"seq":1}'); console.log('"\\\\\\u2028\\u0000\\x1b[1m');
         return {};
       }`,
      async (launcher) => {
        await launcher.run();
        expect(messagesOf(launcher.stdout)).toEqual([
          sentinelText,
          '{"seq":1}',
          '"\\\u2028\0\x1b[1m',
        ]);
        const bare = launcher.stdout.lines.filter((line) => line === sentinelText);
        expect(bare.length).toBe(1);
      },
    ));

  test('hold bytes that are no UTF-8, which harm no other line', () =>
    logging(
      'python',
      `import sys
def main(args):
  for line in (b"before", b"\\xff\\xfe \\xc3", b"half \\xf0\\x9f", b"\\x98\\x80 half", "after ☃".encode()):
    sys.stdout.buffer.write(line + b"\\n")
  return {}
`,
      async (launcher) => {
        await launcher.run();
        const messages = messagesOf(launcher.stdout);
        expect(messages.length).toBe(5);
        expect([messages[0], messages[4]]).toEqual(['before', 'after ☃']);
        expect(messages[1]).toMatch(/^\ufffd+ \ufffd$/);
        expect(launcher.stdout.bytes.toString('utf8')).toBe(launcher.stdout.text);
      },
    ));

  test('hold characters that arrive in two pieces', () =>
    logging(
      'python',
      `import os, time
def main(args):
  for byte in "☃é\\n".encode():
    os.write(1, bytes([byte]))
    time.sleep(0.005)
  return {}
`,
      async (launcher) => {
        await launcher.run();
        expect(messagesOf(launcher.stdout)).toEqual(['☃é']);
      },
    ));

  test('hold what a child process writes', () =>
    logging(
      'node',
      `const { execSync } = require('node:child_process');
       function main() { execSync('echo child; echo child err >&2', { stdio: 'inherit' }); return {}; }`,
      async (launcher) => {
        await launcher.run({}, { activation_id: 'abc' });
        expect(linesOf(launcher.stdout)).toMatchObject([
          { message: 'child', activation_id: 'abc' },
        ]);
        expect(linesOf(launcher.stderr)).toMatchObject([
          { message: 'child err', activation_id: 'abc' },
        ]);
      },
    ));

  test('hold what is written at load and between activations, which belongs to none', () =>
    logging(
      'node',
      `console.log('at load');
       function main() { setTimeout(() => console.log('later'), 20); return {}; }`,
      async (launcher) => {
        await launcher.stdout.contains('at load');
        await launcher.run({}, { activation_id: 'abc' });
        await launcher.stdout.contains('later');
        const none = { activation_id: null, language: null };
        expect(linesOf(launcher.stdout)).toMatchObject([
          { message: 'at load', ...none },
          { message: 'later', ...none },
        ]);
      },
    ));

  test('hold the reason of a failed init, with its sentinel', () =>
    serving({ env: { OW_LANGUAGE: 'node', OW_LOG_FORMAT: 'json' } }, async (launcher) => {
      expect((await launcher.init('throw new Error("at load")')).status).toBe(502);
      expect(messagesOf(launcher.stderr)[0]).toContain('Error: at load');
      expect(launcher.sentinels).toEqual([1, 1]);
    }));
});

describe('JSON logs lose nothing', () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => `${n}`.padStart(100, '.'));

  test('when the action crashes, and the error carries the last lines of stderr', () =>
    logging(
      'node',
      `function main() {
         for (let n = 0; n < 20000; n += 1) console.log(String(n).padStart(100, '.'));
         for (let n = 0; n < 20; n += 1) console.error('err ' + n);
         process.stdout.write('no end');
         process.kill(process.pid, 'SIGKILL');
         while (true);
       }`,
      async (launcher) => {
        const { status, error } = await launcher.run({}, { activation_id: 'abc' });
        expect(status).toBe(400);
        expect(messagesOf(launcher.stdout)).toEqual([...lines, 'no end']);
        expect(messagesOf(launcher.stderr).length).toBe(20);
        const last = Array.from({ length: 10 }, (_, n) => `err ${n + 10}`);
        expect(error).toBe(['command exited: signal SIGKILL', ...last].join('\n'));
        expect(launcher.sentinels).toEqual([1, 1]);
        expect(linesOf(launcher.stdout).every((line) => line.activation_id === 'abc')).toBe(true);
        expectWholeSequence(launcher);
      },
    ));

  test('when the action runs out of time', () =>
    logging(
      'python',
      'import time\ndef main(args):\n  print("last words", end="", flush=True)\n  time.sleep(600)\n',
      async (launcher) => {
        expect((await launcher.run()).status).toBe(504);
        expect(messagesOf(launcher.stdout)).toEqual(['last words']);
        expect(launcher.sentinels).toEqual([1, 1]);
      },
      { env: { OW_TIMEOUT_MS: '300' } },
    ));

  test('when SIGTERM ends the launcher', () =>
    logging(
      'node',
      `process.on('exit', () => process.stdout.write('at exit'));
       async function main() {
         for (let n = 0; n < 20000; n += 1) console.log(String(n).padStart(100, '.'));
         console.error('started');
         await new Promise((done) => setTimeout(done, 200));
         console.log('done');
         return {};
       }`,
      async (launcher) => {
        const running = launcher.run();
        await launcher.stderr.contains('started');
        launcher.signal('SIGTERM');
        expect((await running).status).toBe(200);
        await launcher.assertNothingLeft({ code: 0, signal: null });
        expect(messagesOf(launcher.stdout)).toEqual([...lines, 'done', 'at exit']);
        expect(launcher.sentinels).toEqual([1, 1]);
        expectWholeSequence(launcher);
      },
    ));

  test('to a reader that is slow, who slows the action and nobody else', () =>
    logging(
      'node',
      `function main() {
         for (let n = 0; n < 20000; n += 1) console.log(String(n).padStart(100, '.'));
         return {};
       }`,
      async (launcher) => {
        let isAnswered = false;
        const answer = launcher.run().finally(() => (isAnswered = true));
        await readSlowly(launcher.stdout, () => launcher.stdout.length >= 64 * 1024);
        expect((await launcher.get('/health/live')).status).toBe(200);
        expect(isAnswered).toBe(false);
        await readSlowly(launcher.stdout, () => isAnswered);
        expect((await answer).status).toBe(200);
        expect(messagesOf(launcher.stdout)).toEqual(lines);
        expect(launcher.sentinels).toEqual([1, 1]);
      },
      { unread: true },
    ));

  test.each([
    ['shell', `yes "$(printf %2000s x)" >&2 & echo '{"a": 1}'`],
    [
      'node',
      `const { spawn } = require('node:child_process');
       function main(args) {
         if (args.a) spawn('yes', ['x'.repeat(2000)], { stdio: 'inherit' });
         return args;
       }`,
    ],
  ])('and answer where a child that %s left behind never stops to write', (language, code) =>
    logging(language, code, async (launcher) => {
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
      expect((await launcher.get('/health/live')).status).toBe(200);
      expect((await launcher.run({ a: 0 })).status).toBe(200);
    }),
  );

  test.each(['once', 'twice'])('but SIGTERM %s ends a launcher whose logs nobody reads', (times) =>
    logging(
      'node',
      'function main() { for (let n = 0; n < 1e6; n += 1) console.log(n); return {}; }',
      async (launcher) => {
        const running = launcher.run().catch(() => undefined);
        await until(() => {
          launcher.stdout.readSome(1024);
          return launcher.stdout.length > 64 * 1024;
        });
        launcher.signal('SIGTERM');
        if (times === 'twice') {
          await until(async () => (await launcher.get('/health/ready')).status === 503);
          launcher.signal('SIGTERM');
        }
        await launcher.assertNothingLeft({ code: 0, signal: null });
        await running;
      },
      { unread: true, env: { OW_GRACE_MS: '300' } },
    ),
  );
});
