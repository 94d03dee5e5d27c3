import { describe, expect, test } from '@jest/globals';

import { serving } from '../support/launcher.ts';
import type { Launcher } from '../support/launcher.ts';
import { hasEnded } from '../support/processes.ts';

const badResult = 'The action did not return a dictionary or array.';

/** Runs one shell action. */
function withShell(code: string, body: (launcher: Launcher) => Promise<void>): Promise<void> {
  return serving({ env: { OW_LANGUAGE: 'shell' } }, async (launcher) => {
    await launcher.load(code);
    await body(launcher);
  });
}

describe('The value', () => {
  const spaced = '{"a": [1, 2.50, "x,y:z"], "b": {"c": "\u2603 \\" \\\\ \\n"}, "d": []}';

  test('is argument 1, with spaces between its tokens and characters instead of escapes', () =>
    withShell('printf "%s\\n" "$#" "$1"', async (launcher) => {
      const body = '{"value":{"a":[1,2.50,"x,y:z"],"b":{"c":"\\u2603 \\" \\\\ \\n"},"d":[]}}';
      const { status, text } = await launcher.post('/run', body);
      expect([status, text]).toEqual([200, spaced]);
      expect(launcher.stdout.actionText).toBe('1\n');
    }));

  test.each([
    [
      'white space',
      '{ "a" :\t[ 1 ,\r\n 2 ] , "b":{ } ,"c" : [ ]}',
      '{"a": [1, 2], "b": {}, "c": []}',
    ],
    [
      'words and numbers',
      '[true,false,null,-1.5e+10,1E5,0]',
      '[true, false, null, -1.5e+10, 1E5, 0]',
    ],
    ['texts like JSON', '{"]":"}[{,:\\"","k,":["\\\\"]}', '{"]": "}[{,:\\"", "k,": ["\\\\"]}'],
    [
      'escapes that are not needed',
      String.raw`["\/","\u0041","\\u0041","\u2028","\ud83d\ude00"]`,
      `["/", "A", ${String.raw`"\\u0041"`}, "\u2028", "\u{1f600}"]`,
    ],
    ['escapes that are', String.raw`["\t\n\b","\u0001"]`, String.raw`["\t\n\b", "\u0001"]`],
  ])('means the same with %s', (_, value, given) =>
    withShell('printf "%s\\n" "$1"', async (launcher) => {
      for (const body of [`{"value":${value}}`, `{"n":1,"value" : ${value}, "k":"]"}`]) {
        expect((await launcher.post('/run', body)).text).toBe(given);
      }
    }),
  );

  test('is all of stdin, without a newline, and then stdin ends', () =>
    withShell('od -An -c | tr -d " \\n"; echo; wc -c; echo "{}"', async (launcher) => {
      expect((await launcher.run({ a: 'b' })).status).toBe(200);
      expect(launcher.stdout.actionText).toBe('{"a":"b"}\n0\n');
    }));

  test.each(['/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'])(
    'can be read from %s, to its end',
    (path) =>
      withShell(`cat ${path}`, async (launcher) => {
        expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
        expect((await launcher.run({ a: 2 })).json).toEqual({ a: 2 });
      }),
  );

  test.each([
    [131_071, 1],
    [131_072, 0],
  ])('of %d bytes comes as %d arguments, and as stdin', (bytes, expected) =>
    withShell('echo "{\\"arguments\\": $#, \\"bytes\\": $(wc -c)}"', async (launcher) => {
      const value = { a: `é${'x'.repeat(bytes - '{"a": "é"}'.length - 1)}` };
      expect((await launcher.run(value)).json).toEqual({ arguments: expected, bytes });
    }),
  );

  test('that an unquoted echo gets is not matched with the names of files', () =>
    withShell('touch a b; echo $1', async (launcher) => {
      expect((await launcher.run(['a', 'b'])).text).toBe('["a", "b"]');
    }));
});

describe('The result', () => {
  test.each([
    ['the last line', 'echo log; echo "{\\"a\\": 1}"', '{"a": 1}', 'log\n'],
    ['the last line without a newline', 'echo log; printf "{\\"a\\": 1}"', '{"a": 1}', 'log\n'],
    ['between blanks', 'echo "  {\\"a\\": 1}\t "', '{"a": 1}', ''],
    ['an array', 'echo "[]"', '[]', ''],
    ['written in pieces', 'printf "{\\"a\\""; sleep 0.05; echo ": 1}"', '{"a": 1}', ''],
  ])('is %s', (_, code, result, log) =>
    withShell(code, async (launcher) => {
      const { status, text } = await launcher.run();
      expect([status, text]).toEqual([200, result]);
      expect(launcher.stdout.actionText).toBe(log);
      expect(launcher.sentinels).toEqual([1, 1]);
    }),
  );

  test.each([
    ['nothing', 'true', ''],
    ['an empty last line', 'echo "{}"; echo', '{}\n\n'],
    ['no JSON', 'echo "I am fine"', 'I am fine\n'],
    ['no JSON and no newline', 'printf "I am fine"', 'I am fine\n'],
    ['a number', 'echo 42', '42\n'],
    ['half an object', `echo '{"a":'`, '{"a":\n'],
  ])('is missing where the last line is %s, which is a log then', (_, code, log) =>
    withShell(code, async (launcher) => {
      const { status, error } = await launcher.run();
      expect([status, error]).toEqual([502, badResult]);
      expect(launcher.stdout.actionText).toBe(log);
      expect(launcher.sentinels).toEqual([1, 1]);
    }),
  );

  test('counts whatever the exit status is', () =>
    withShell('echo "{\\"a\\": 1}"; exit 3', async (launcher) => {
      expect((await launcher.run()).json).toEqual({ a: 1 });
    }));

  test('may be a line of 1 MiB below 1 MiB of logs', () =>
    withShell('head -c 1048576 /dev/zero | tr "\\0" l; echo; cat', async (launcher) => {
      const value = { a: 'x'.repeat(1_048_576) };
      expect((await launcher.run(value)).json).toEqual(value);
      expect(launcher.stdout.actionText).toHaveLength(1_048_577);
    }));
});

describe('A child that is left in the background', () => {
  test('holds neither the answer nor the next activation', () =>
    withShell('sleep 1000 & cat', async (launcher) => {
      for (const n of [1, 2, 3]) expect((await launcher.run({ n })).json).toEqual({ n });
      expect(launcher.sentinels).toEqual([3, 3]);
    }));

  test('holds no answer that fails either', () =>
    withShell('sleep 1000 & echo no result', async (launcher) => {
      expect((await launcher.run()).status).toBe(502);
      expect((await launcher.run()).status).toBe(502);
    }));

  test('cannot give the result of a later activation', () =>
    serving({ env: { OW_LANGUAGE: 'shell' } }, async (launcher) => {
      const late =
        '(until [ -e go ]; do sleep 0.01; done; echo "{\\"by\\": \\"child\\"}"; touch done)';
      const second = 'touch go; until [ -e done ]; do sleep 0.01; done';
      await launcher.load(`[[ $1 == *first* ]] && { ${late} & } || { ${second}; }\ncat\n`);
      expect((await launcher.run({ first: 1 })).json).toEqual({ first: 1 });
      expect((await launcher.run({ n: 2 })).json).toEqual({ n: 2 });
      await launcher.stdout.contains('{"by": "child"}\n');
      expect(launcher.sentinels).toEqual([2, 2]);
    }));

  test('is gone when the launcher is', () =>
    withShell('sleep 1000 & cat', async (launcher) => {
      await launcher.run();
      const [child] = launcher.processes.filter(({ command }) => command.startsWith('sleep'));
      launcher.signal('SIGTERM');
      await launcher.exited;
      await hasEnded(child?.pid ?? 0);
    }));
});

describe('The context', () => {
  const odd = `it's "a" $(touch evil) \`id\` \\ \n second line ; & é`;

  test('may hold quotes, newlines and what a shell would run', () =>
    withShell(
      'printf "%s" "$__OW_API_KEY" | base64 -w0 >&2; ls >&2; echo "{}"',
      async (launcher) => {
        await launcher.run({}, { api_key: odd });
        expect(launcher.stderr.actionText).toBe(`${Buffer.from(odd).toString('base64')}exec\n`);
      },
    ));

  test('may have keys that no shell variable can be called', () =>
    withShell('env | grep -a ^__OW_A >&2; echo "{}"', async (launcher) => {
      const names = { 'a-b': 'dash', 'a.c': "dot's", 'a d': 'blank', a_e: 'name' };
      const { status } = await launcher.run({}, names);
      expect(status).toBe(200);
      expect(launcher.stderr.actionText.trimEnd().split('\n').sort()).toEqual(
        ['__OW_A D=blank', '__OW_A-B=dash', "__OW_A.C=dot's", '__OW_A_E=name'].sort(),
      );
    }));

  test('may be large', () =>
    withShell('echo "{\\"length\\": ${#__OW_API_KEY}}"', async (launcher) => {
      const { json } = await launcher.run({}, { api_key: 'k'.repeat(100_000) });
      expect(json).toEqual({ length: 100_000 });
    }));
});
