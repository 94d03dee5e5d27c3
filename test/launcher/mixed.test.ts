import { describe, expect, test } from '@jest/globals';

import { serving } from '../support/launcher.ts';
import type { Launcher } from '../support/launcher.ts';
import { openFiles } from '../support/processes.ts';

/** What an activation does is told by its number: one in twenty ends its process. */
type Kind = 'echo' | 'log' | 'large' | 'bad' | 'crash';

const actions: Readonly<Record<string, string>> = {
  node: `function main({ kind, n, payload }) {
  if (kind === 'crash') process.exit(1);
  if (kind === 'log') { console.log('log ' + n); console.error('err ' + n); }
  return kind === 'bad' ? 'bad' : { n, payload };
}
`,
  python: `import os, sys
def main(args):
    if args["kind"] == "crash": os._exit(1)
    if args["kind"] == "log":
        print("log", args["n"])
        print("err", args["n"], file=sys.stderr)
    return "bad" if args["kind"] == "bad" else {key: args.get(key) for key in ("n", "payload")}
`,
  shell: `case "$1" in
*'"crash"'*) kill -KILL $$ ;;
*'"bad"'*) echo bad; exit ;;
*'"log"'*) n=\${1//[!0-9]/}; echo "log $n"; echo "err $n" >&2 ;;
esac
cat
`,
};

function kindOf(n: number): Kind {
  if (n % 20 === 7) return 'crash';
  if (n % 20 === 13) return 'bad';
  if (n % 5 === 0) return 'log';
  return n % 50 === 1 ? 'large' : 'echo';
}

describe.each([
  ['node', 400],
  ['python', 400],
  ['shell', 200],
])('In %s, %d mixed activations with 5 % of crashes', (language, count) => {
  test('are all answered and ended in the logs, and leave nothing open', () =>
    serving({ env: { OW_LANGUAGE: language } }, async (launcher) => {
      await launcher.load(actions[language] ?? '');
      await launcher.run({ kind: 'echo', n: 0 });
      const before = openFiles(launcher.pid);
      const numbers = Array.from({ length: count }, (_, n) => n + 1);

      const left = [...numbers];
      await Promise.all(Array.from({ length: 4 }, () => client(launcher, left, language)));

      expect(launcher.sentinels).toEqual([count + 1, count + 1]);
      for (const [stream, word] of [
        [launcher.stdout, 'log'],
        [launcher.stderr, 'err'],
      ] as const) {
        const logged = stream.lines.filter((line) => line.startsWith(`${word} `));
        const expected = numbers.filter((n) => kindOf(n) === 'log').map((n) => `${word} ${n}`);
        expect(logged.sort()).toEqual(expected.sort());
      }
      expect((await launcher.run({ kind: 'echo', n: -1 })).status).toBe(200);
      expect(launcher.processes).toHaveLength(1);
      // Four connections are kept, and one was before.
      expect(openFiles(launcher.pid)).toBeLessThanOrEqual(before + 4);
    }));
});

/** Takes numbers from the list until there are none. */
async function client(launcher: Launcher, left: number[], language: string): Promise<void> {
  for (let n = left.shift(); n !== undefined; n = left.shift()) {
    const kind = kindOf(n);
    const payload = kind === 'large' ? 'x'.repeat(200_000) : '';
    const { status, json, error } = await launcher.run({ kind, n, payload });
    if (kind === 'crash') {
      expect({ n, status }).toEqual({ n, status: language === 'shell' ? 502 : 400 });
    } else if (kind === 'bad') {
      expect({ n, status, error }).toEqual({
        n,
        status: 502,
        error: 'The action did not return a dictionary or array.',
      });
    } else {
      expect({ n, status }).toEqual({ n, status: 200 });
      expect(json).toMatchObject({ n, payload });
    }
  }
}
