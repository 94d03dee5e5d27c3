import { describe, expect, test } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { serving } from '../support/launcher.ts';
import type { Launcher } from '../support/launcher.ts';
import type { LogPipe } from '../support/log-pipe.ts';

const lineCount = 50_000;
const lines = Array.from(
  { length: lineCount },
  (_, n) => `${`${n}`.padStart(6, '0')} ${'x'.repeat(93)}\n`,
);
const fiveMegabytes = lines.join('');

/** Actions that write 5 MB in numbered lines to stdout, and a few to stderr. */
const chatty: Readonly<Record<string, string>> = {
  python: `import sys
def main(args):
    for n in range(${lineCount}):
        print("%06d %s" % (n, "x" * 93))
        if n % 10000 == 0: print(n, file=sys.stderr)
    return args
`,
  node: `function main(args) {
  for (let n = 0; n < ${lineCount}; n += 1) {
    console.log(String(n).padStart(6, '0') + ' ' + 'x'.repeat(93));
    if (n % 10000 === 0) console.error(n);
  }
  return args;
}
`,
  shell: `for n in 0 10000 20000 30000 40000; do echo $n >&2; done
awk 'BEGIN { x = sprintf("%93s", ""); gsub(/ /, "x", x); for (n = 0; n < ${lineCount}; n++) printf "%06d %s\\n", n, x }'
cat
`,
  actionloop: `#!/usr/bin/env python3
import sys
for line in iter(sys.stdin.readline, ""):
    for n in range(${lineCount}):
        print("%06d %s" % (n, "x" * 93))
        if n % 10000 == 0: print(n, file=sys.stderr)
    sys.stdout.flush()
    open(3, "w", closefd=False).write('{"a":1}\\n')
`,
};

/** Reads a pipe in small pieces until the condition holds. */
async function readSlowly(pipe: LogPipe, until: () => boolean): Promise<void> {
  while (!until()) {
    pipe.readSome(4096);
    await nextTurn();
  }
}

describe.each(Object.keys(chatty))('Of the 5 MB that %s prints', (language) => {
  const env = { OW_LANGUAGE: language };

  test('no byte is lost or out of order', () =>
    serving({ env }, async (launcher) => {
      await launcher.load(chatty[language] ?? '');
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
      expectAll(launcher);
    }));

  test('no byte is lost with a slow reader, who does not hold up /health', () =>
    serving({ env, unread: true }, async (launcher) => {
      await launcher.load(chatty[language] ?? '');
      let isAnswered = false;
      const answer = launcher.run({ a: 1 }).finally(() => (isAnswered = true));
      // The pipe is full when it takes no more: 64 KiB lie in it.
      await readSlowly(launcher.stdout, () => launcher.stdout.length >= 64 * 1024);
      expect((await launcher.get('/health/live')).status).toBe(200);
      expect((await launcher.get('/health/ready')).status).toBe(200);
      expect(isAnswered).toBe(false);
      await readSlowly(launcher.stdout, () => isAnswered);
      expect((await answer).json).toEqual({ a: 1 });
      expectAll(launcher);
    }));
});

function expectAll(launcher: Launcher): void {
  expect(launcher.sentinels).toEqual([1, 1]);
  expect(launcher.stdout.actionText === fiveMegabytes).toBe(true);
  expect(launcher.stderr.actionText).toBe('0\n10000\n20000\n30000\n40000\n');
}

describe('The sentinel', () => {
  test('is a line of its own also where the last line before it does not end', () =>
    serving({ env: { OW_LANGUAGE: 'shell' } }, async (launcher) => {
      await launcher.load('printf "no end"');
      expect((await launcher.run()).status).toBe(502);
      // The counting of sentinels refuses one that shares its line.
      expect(launcher.sentinels).toEqual([1, 1]);
      expect(launcher.stdout.lines[0]).toBe('no end');
    }));

  test('comes before the answer, and after what a child of the action wrote', () =>
    serving({ env: { OW_LANGUAGE: 'python' } }, async (launcher) => {
      await launcher.load(
        'import os\ndef main(args):\n  os.system("echo child; echo err >&2")\n  return {}\n',
      );
      for (let n = 1; n <= 50; n += 1) {
        await launcher.run();
        expect(launcher.sentinels).toEqual([n, n]);
      }
      expect(launcher.stdout.text).toMatch(/^(child\nXXX[A-Z_]+\n){50}$/);
      expect(launcher.stderr.text).toMatch(/^(err\nXXX[A-Z_]+\n){50}$/);
    }));
});

describe('A reader that is gone', () => {
  test('does not keep activations from being answered', () =>
    serving({ env: { OW_LANGUAGE: 'node' } }, async (launcher) => {
      await launcher.load('function main(args) { console.log("x"); return args; }');
      launcher.stdout.close();
      launcher.stderr.close();
      for (let n = 0; n < 3; n += 1) expect((await launcher.run({ n })).json).toEqual({ n });
    }));
});
