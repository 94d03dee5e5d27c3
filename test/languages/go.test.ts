import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { languagesFolder } from '../../launcher/paths.ts';
import { compile, pathOf, zipped } from '../support/compiling.ts';
import { withFolder } from '../support/folders.ts';
import { ending, serving } from '../support/launcher.ts';
import type { Launcher, LauncherOptions } from '../support/launcher.ts';

const isInstalled = spawnSync('go', ['version']).status === 0;
const suite = isInstalled || process.env['CI'] === 'true' ? describe : describe.skip;
if (!isInstalled) test.skip('go is not installed', () => undefined);

const fixtures = join(import.meta.dirname, '../fixtures/go');

/** Failures of an init are told to the client, where a test can read them. */
const env = { OW_LANGUAGE: 'go', OW_LOG_INIT_ERROR: '0' };
const withGo = (
  body: (launcher: Launcher) => Promise<void>,
  options: LauncherOptions = {},
): Promise<void> => serving({ ...options, env: { ...env, ...options.env } }, body);

const action = (...lines: string[]): string => ['package main', '', ...lines, ''].join('\n');
const echo = action('func Main(args map[string]any) map[string]any { return args }');
const hello = action(
  'func Main(args map[string]any) map[string]any {',
  '  return map[string]any{"greeting": "Hello " + args["name"].(string)}',
  '}',
);

suite('A Go action', () => {
  test.each([
    ['map', 'args map[string]any) map[string]any { return args }', { a: 1 }, { a: 1 }],
    ['slice', 'args []any) []any { return args[1:] }', [1, 2], [2]],
    ['any', 'args any) any { return args }', [1, { a: null }], [1, { a: null }]],
    ['a result and an error', 'args map[string]any) (any, error) { return args, nil }', {}, {}],
    ['texts', 'args map[string]string) []string { return []string{args["a"]} }', { a: 'b' }, ['b']],
    ['nothing at all', ') {}', { a: 1 }, {}],
    ['a nil map', 'args any) map[string]any { return nil }', {}, {}],
    ['a nil slice', 'args any) []int { return nil }', {}, []],
    ['a nil pointer', 'args any) *struct{} { return nil }', {}, {}],
  ])('may take and return %s', (_, rest, value, result) =>
    withGo(async (launcher) => {
      await launcher.load(action(`func Main(${rest}`));
      const { status, json } = await launcher.run(value);
      expect([status, json]).toEqual([200, result]);
    }),
  );

  test('may take and return structs, as encoding/json reads and writes them', () =>
    withGo(async (launcher) => {
      const source = action(
        'import "time"',
        'type Input struct { Name string; Born *time.Time `json:"born"`; Count int64 }',
        'type Output struct { Text string `json:"text"`; Count int64 `json:"count,omitempty"` }',
        'func Main(in *Input) (Output, error) {',
        '  return Output{in.Name + " " + in.Born.Format("2006"), in.Count}, nil',
        '}',
      );
      await launcher.load(source);
      const value = { name: 'Ada', born: '1815-12-10T00:00:00Z', Count: 9007199254740991 };
      const answer = await launcher.run(value);
      expect(answer.text).toBe('{"text":"Ada 1815","count":9007199254740991}');
      const wrong = await launcher.run({ name: 5, born: null });
      expect(wrong.status).toBe(200);
      expect(wrong.error).toMatch(
        /cannot unmarshal number into Go struct field .*[Nn]ame of type string/,
      );
    }));

  test('may take the context of the activation, which is done at its deadline', () =>
    withGo(async (launcher) => {
      const source = action(
        'import ("context"; "os"; "strconv")',
        'func Main(ctx context.Context, args map[string]any) map[string]any {',
        '  deadline, has := ctx.Deadline()',
        '  if args["wait"] == true { <-ctx.Done(); os.Stdout.WriteString(ctx.Err().Error() + "\\n") }',
        '  return map[string]any{"has": has, "millis": strconv.FormatInt(deadline.UnixMilli(), 10)}',
        '}',
      );
      await launcher.load(source);
      const deadline = String(Date.now() + 100_000);
      expect((await launcher.run({}, { deadline })).json).toEqual({ has: true, millis: deadline });
      for (const ignored of ['', 'soon', '12']) {
        expect((await launcher.run({}, { deadline: ignored })).json).toMatchObject({ has: false });
      }
      const { status } = await launcher.run({ wait: true }, { deadline: `${Date.now() + 300}` });
      expect(status === 200 || status === 504).toBe(true);
    }));

  test('that takes an object and gets an array says so, and goes on', () =>
    withGo(async (launcher) => {
      await launcher.load(echo);
      const answer = await launcher.run([1]);
      const error = 'Main takes map[string]interface {}, and the value is []interface {}';
      expect([answer.status, answer.error]).toEqual([200, error]);
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
    }));

  test('that returns what JSON can not hold fails, and the logs say why', () =>
    withGo(async (launcher) => {
      const source = action(
        'import "math"',
        'func Main(args map[string]any) map[string]any { return map[string]any{"a": math.NaN()} }',
      );
      await launcher.load(source);
      const answer = await launcher.run();
      expect([answer.status, answer.error]).toEqual([200, 'json: unsupported value: NaN']);
      expect(launcher.stderr.actionText).toBe('json: unsupported value: NaN\n');
    }));

  test('that panics ends with its stack in the logs, and the next activation works', () =>
    withGo(async (launcher) => {
      await launcher.load(
        action('func Main(args map[string]any) map[string]any {', '  panic("nooooo")', '}'),
      );
      const answer = await launcher.run();
      expect(answer.status).toBe(400);
      expect(answer.error).toMatch(/^command exited: .*2/);
      expect(launcher.stderr.actionText).toMatch(/^panic: nooooo\n[^]*main\.Main\([^]*main\.go:4/);
      expect(launcher.sentinels).toEqual([1, 1]);
      expect((await launcher.run()).status).toBe(400);
    }));

  test('can neither read the next activation nor write an answer', () =>
    withGo(async (launcher) => {
      const source = action(
        'import ("io"; "os")',
        'func Main(args map[string]any) map[string]any {',
        '  os.NewFile(3, "answers").WriteString("{\\"stray\\":true}\\n")',
        '  stdin, err := io.ReadAll(os.Stdin)',
        '  return map[string]any{"read": len(stdin), "failed": err != nil, "n": args["n"]}',
        '}',
      );
      await launcher.load(source);
      for (const n of [1, 2, 3]) {
        expect((await launcher.run({ n })).json).toEqual({ read: 0, failed: false, n });
      }
    }));

  test('gets any text and gives it back, of any size', () =>
    withGo(async (launcher) => {
      await launcher.load(echo);
      const text = '<a href="x">&amp;</a> \\ \n\r\t\u0001\u2028 é ☃ 😀 ';
      const value = { [text]: text.repeat(30_000), n: [0, -1, 0.1, 1e-7, 1.5e300, 12345678901234] };
      expect((await launcher.run(value)).json).toEqual(value);
      const { text: answer } = await launcher.run({ html: '<&>' });
      expect(answer).toBe('{"html":"<&>"}');
    }));
});

suite('A Go source that can not be built', () => {
  test.each([
    ['has a wrong type', [hello.replace('"Hello "', '1')], /^main\.go:4:\d+: .*mismatched types/],
    ['has a syntax error', [action('func Main( {')], /^main\.go:3:\d+: syntax error/],
    ['is not Go', ['10 PRINT "Hello"'], /^main\.go:1:1: expected 'package', found 10$/],
    ['lacks the function', [echo, 'other'], /^There is no function Other in package main.*"other"/],
    [
      'has something else by that name',
      [action('type Main struct{}')],
      /^Main.*has to be a function/,
    ],
    [
      'is another package',
      ['// a\npackage hello\n'],
      /^main\.go:2: package hello: an action is package main$/,
    ],
    [
      'needs a module',
      [action('import _ "example.com/x"')],
      /^main\.go:3:8: .*example\.com\/x[^]*OW_INSTALL/,
    ],
  ])('because it %s names the file and the line', (_, [code = '', main = 'main'], reason) =>
    withGo(async (launcher) => {
      const answer = await launcher.init({ code, main });
      expect(answer.status).toBe(502);
      expect(answer.error?.trimEnd()).toMatch(reason);
      expect(answer.error).not.toMatch(/\.work|^#|\/tmp\//m);
      expect((await launcher.run()).status).toBe(500);
    }),
  );

  test('names the files of an archive as they are in it', () =>
    withGo(async (launcher) => {
      const files = {
        'main.go': echo,
        'b.go': action('var x int = "no"'),
        'text/read.go': 'package text\n',
      };
      const answer = await launcher.init(await zipped(files));
      expect(answer.error).toMatch(/^b\.go:3:\d+: cannot use "no"/);
      const sub = {
        'main.go': action('import _ "action/text"', 'func Main() {}'),
        'text/read.go': 'package text\nfunc {',
      };
      expect((await launcher.init(await zipped(sub))).error).toMatch(
        /^text\/read\.go:2:6: syntax error/,
      );
    }));

  test('is called as its file is, if it comes by path', () =>
    withFolder({ 'greeting.go': action('func Main() { x }') }, async (folder) => {
      const argv = ['serve', join(folder, 'greeting.go')];
      const { code, stderr } = await ending({ argv, env: { OW_LOG_INIT_ERROR: '0' } });
      expect([code, stderr]).toEqual([1, expect.stringMatching(/greeting\.go:3:15: undefined: x/)]);
    }));

  test.each([
    [
      'func Main(name string) map[string]any { return nil }',
      'func(string) map[string]interface {}',
    ],
    ['func Main(a, b map[string]any) {}', 'func(map[string]interface {}, map[string]interface {})'],
    ['func Main(a any) int { return 1 }', 'func(interface {}) int'],
    ['func Main(a ...any) {}', 'func(...interface {})'],
    ['var Main = map[string]any{}', 'map[string]interface {}'],
  ])('with the signature of %s says what was found and what is accepted', (code, found) =>
    withGo(async (launcher) => {
      const answer = await launcher.init(action(code));
      expect(answer.status).toBe(502);
      expect(answer.error).toContain(
        `Main is ${found}. An action is func([context.Context,] [value])`,
      );
    }),
  );
});

suite('A Go archive', () => {
  const text =
    'package text\n\nimport "strings"\n\nfunc Loud(s string) string { return strings.ToUpper(s) }\n';
  const using = (path: string): string =>
    action(
      `import "${path}"`,
      'func Main(args map[string]string) map[string]string {',
      '  return map[string]string{"text": text.Loud(args["text"])}',
      '}',
    );
  const vendored = {
    'go.mod': 'module example.com/action\n\ngo 1.19\n\nrequire example.com/text v1.0.0\n',
    'main.go': using('example.com/text'),
    'vendor/modules.txt': '# example.com/text v1.0.0\n## explicit\nexample.com/text\n',
    'vendor/example.com/text/text.go': text,
  };

  test.each([
    [
      'several files',
      {
        'main.go': action('func Main(args any) any { return loud(args) }'),
        'loud.go': action('func loud(args any) any { return map[string]any{"text": "A"} }'),
      },
    ],
    [
      'packages of its own, without go.mod',
      { 'main.go': using('action/text'), 'text/text.go': text },
    ],
    [
      'packages of its own, with go.mod',
      {
        'go.mod': 'module "example.com/a"\n',
        'hello.go': using('example.com/a/text'),
        'text/text.go': text,
      },
    ],
    ['modules in vendor/', vendored],
    [
      'a module beside it',
      {
        'go.mod': 'module a\n\ngo 1.19\n\nrequire text v0.0.0\n\nreplace text => ./text\n',
        'main.go': using('text'),
        'text/go.mod': 'module text\n',
        'text/text.go': text,
      },
    ],
    [
      'embedded files',
      {
        'main.go': action(
          'import _ "embed"',
          '//go:embed a.txt',
          'var a string',
          'func Main() any { return map[string]any{"text": a} }',
        ),
        'a.txt': 'A',
      },
    ],
    [
      'files that are for something else',
      {
        'main.go': using('action/text'),
        'text/text.go': text,
        'main_test.go': 'package main_test\n',
        'tool.go': '//go:build ignore\n\npackage main\n\nfunc main() {}\n',
      },
    ],
  ])('may hold %s', (_, files) =>
    withGo(async (launcher) => {
      await launcher.load(await zipped(files));
      expect((await launcher.run({ text: 'a' })).json).toEqual({ text: 'A' });
    }),
  );

  test('is left as it is', () =>
    withGo(async (launcher) => {
      const source = action(
        'import "os"',
        'func Main() any { all, _ := os.ReadDir("."); names := []string{}; for _, one := range all { names = append(names, one.Name()) }; return names }',
      );
      await launcher.load(await zipped({ 'main.go': source, 'data.txt': '' }));
      expect((await launcher.run()).json).toEqual(['data.txt', 'main.go']);
    }));

  test('is built without a network', () =>
    withFolder({}, async (folder) => {
      const { code, stdout, stderr } = compile(await zipBytes(vendored), {
        prefix: ['unshare', '-n'],
      });
      expect([code, stderr]).toEqual([0, '']);
      const launched = { env: { ...env, PATH: pathOf(folder, ['mkfifo', 'sh']) } };
      await serving(launched, async (launcher) => {
        await launcher.load({ code: stdout.toString('base64'), binary: true });
        expect((await launcher.run({ text: 'a' })).json).toEqual({ text: 'A' });
      });
    }));
});

suite('A Go program with a main of its own', () => {
  const loop = (before: string): string =>
    action(
      'import ("bufio"; "fmt"; "os")',
      'func main() {',
      `  out := os.NewFile(3, "answers")${before}`,
      '  lines := bufio.NewScanner(os.Stdin)',
      '  for lines.Scan() { fmt.Fprintf(out, "{\\"bytes\\":%d}\\n", len(lines.Bytes())) }',
      '}',
    );

  test.each([
    ['is started as it is', ''],
    [
      'may acknowledge by itself',
      '; if os.Getenv("__OW_WAIT_FOR_ACK") != "" { fmt.Fprintln(out, "{\\"ok\\":true}") }',
    ],
  ])('%s', (_, before) =>
    withGo(async (launcher) => {
      await launcher.load(loop(before));
      expect((await launcher.run({ a: 1 })).json).toEqual({ bytes: '{"value":{"a":1}}'.length });
      expect((await launcher.run({ a: 11 })).json).toEqual({ bytes: '{"value":{"a":11}}'.length });
      expect(launcher.sentinels).toEqual([2, 2]);
    }),
  );

  test('is not looked for in comments and texts', () =>
    withGo(async (launcher) => {
      const source = action(
        '/*',
        'func main() {}',
        '*/',
        'const s = `',
        'func main() {}',
        '`',
        'func Main(args any) any { return args }',
      );
      await launcher.load(source);
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
    }));
});

suite("A Go action's JSON", () => {
  test('is read and written as encoding/json does, which is slower', () => {
    const parts = ['activation', 'boxes', 'decode', 'encode', 'environment', 'keys', 'tokens'];
    const files = { 'go.mod': 'module loop\n\ngo 1.19\n' };
    return withFolder(files, (folder) => {
      for (const part of parts.map((name) => `${name}.go`)) {
        copyFileSync(join(languagesFolder, 'go', part), join(folder, part));
      }
      copyFileSync(join(fixtures, 'json_test.go'), join(folder, 'json_test.go'));
      const { status, stdout } = spawnSync('go', ['test', '.'], { cwd: folder, encoding: 'utf8' });
      expect([status, stdout]).toEqual([0, expect.stringMatching(/^ok/)]);
    });
  });
});

suite('A Go build', () => {
  test('of the same source takes no compiler the second time', () =>
    withFolder({ go: '#!/bin/sh\necho "$1" >> "$LOG"\nexec "$REAL" "$@"\n' }, async (folder) => {
      const real = spawnSync('sh', ['-c', 'command -v go'], { encoding: 'utf8' }).stdout.trim();
      const log = join(folder, 'log');
      writeFileSync(log, '');
      chmodSync(join(folder, 'go'), 0o755);
      const PATH = `${folder}:${process.env['PATH'] ?? ''}`;
      const cached = { env: { PATH, LOG: log, REAL: real, OW_BUILD_CACHE: join(folder, 'cache') } };
      const built = async (source: string): Promise<boolean> => {
        writeFileSync(log, '');
        await withGo(async (launcher) => {
          await launcher.load(source);
          expect((await launcher.run({ name: 'you' })).status).toBe(200);
        }, cached);
        return readFileSync(log, 'utf8').includes('build');
      };
      expect([await built(hello), await built(hello)]).toEqual([true, false]);
      expect([await built(echo), await built(hello)]).toEqual([true, false]);
    }));

  test('works for a user who may write to the temporary folder alone', () => {
    const { code, stdout, stderr } = compile(hello, {
      args: ['--language', 'go'],
      env: { HOME: '/' },
      prefix: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
    });
    expect([code, stderr, stdout.length > 0]).toEqual([0, '', true]);
  });
});

async function zipBytes(files: Readonly<Record<string, string>>): Promise<Buffer> {
  return Buffer.from((await zipped(files)).code, 'base64');
}
