import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { type Code, LoopProcess, type LoopOptions } from '../support/loop-driver.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const suite = hasPython ? describe : describe.skip;
if (!hasPython) it.skip('the python loop: python3 is not installed', () => undefined);

let loop: LoopProcess;
afterEach(async () => {
  if (hasPython) await loop.dispose();
});

const OK = { ok: true, executable: expect.stringMatching(/^\/.*python/) };
const start = (options?: LoopOptions) => (loop = new LoopProcess('python', options));
const inline = async (source: string, code?: Code) => start().loadInline(source, code);
const folder = async (files: Record<string, string>, code?: Code) =>
  start().loadFolder(files, code);
const main = (...body: string[]) => ['def main(args):', ...body].join('\n    ');
const logs = () => loop.stdout.text + loop.stderr.text;

suite('a python loop loads', () => {
  it.each([
    ['a function', 'def main(args):\n    return args'],
    ['an async function', 'async def main(args):\n    return args'],
    [
      'any callable',
      'class Echo:\n    def __call__(self, args):\n        return args\nmain = Echo()',
    ],
    ['a lambda', 'main = lambda args: args'],
    [
      'a function that returns an awaitable',
      'async def a(x):\n    return x\nmain = lambda x: a(x)',
    ],
  ])('%s', async (_, source) => {
    expect(await inline(source)).toEqual(OK);
    expect(await loop.ask({ a: [1, 'é☃'] })).toBe('{"a":[1,"é☃"]}');
    await loop.end();
    expect(logs()).toBe('');
  });

  it('a function of another name', async () => {
    expect(await inline('def niam(args):\n    return args', { main: 'niam' })).toEqual(OK);
    expect(await loop.ask({ a: 1 })).toBe('{"a":1}');
  });

  it('an archive with its modules, in the folder that is also the working folder', async () => {
    const source = [
      'import os, sys, json as other, loop, local.sub',
      main(
        'return {"name": __name__, "argv": sys.argv == [__file__], "main": loop.answer,',
        ' "here": os.path.samefile(os.path.dirname(__file__), "."), "sub": local.sub.value,',
        ' "module": sys.modules["main__"].main is main, "first": os.path.samefile(sys.path[0], ".")}',
      ),
    ].join('\n');
    const files = { '__main__.py': source, 'loop.py': 'answer = 42', 'local/sub.py': 'value = 7' };
    expect(await folder(files)).toEqual(OK);
    expect(JSON.parse(await loop.ask({}))).toEqual({
      ...{ name: 'main__', argv: true, main: 42, here: true, sub: 7, module: true, first: true },
    });
  });

  it('without writing anything beside the entry: its folder may be read-only', async () => {
    await inline(main('return args'));
    expect(readdirSync(loop.folder)).toEqual(['__main__.py']);
  });

  it('after activating the virtualenv of the archive', async () => {
    const activate =
      'import os, sys\nsys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))';
    await folder({
      '__main__.py': 'import inside\nmain = lambda args: {"value": inside.value}',
      'virtualenv/bin/activate_this.py': activate,
      'virtualenv/inside.py': 'value = 1',
    });
    expect(await loop.ask({})).toBe('{"value":1}');
  });
});

suite('a python loop that cannot load tells why:', () => {
  it('a virtualenv without activate_this.py', async () => {
    const answer = await folder({ '__main__.py': '', 'virtualenv/bin/python': '' });
    const error = "Invalid virtualenv. Zip file does not include 'activate_this.py'.";
    expect(answer).toEqual({ error, public: true });
  });

  it('a function that is not there', async () => {
    const { error } = await inline('def other(args): pass');
    expect(error).toBe("__main__.py has no function 'main'.");
    expect(await loop.exited).toEqual({ code: 0, signal: null });
  });

  it('a missing module, with the lines of the user and without its own', async () => {
    const { error } = await inline('\nimport nowhere');
    expect(error).toMatch(/^Traceback.*\n {2}File ".*__main__\.py", line 2, in <module>\n/);
    expect(error).toContain("ModuleNotFoundError: No module named 'nowhere'");
    expect(error).not.toContain('loop.py');
    expect(logs()).toBe('');
  });

  it('a file that does not parse', async () => {
    const { error } = await inline('10 PRINT "x"\n20 GOTO 10');
    expect(error).toMatch(/__main__\.py", line 1\n[^]*SyntaxError/);
    expect(error).not.toContain('loop.py');
  });

  it('nothing where the code exits: the process ends with its code', async () => {
    start();
    const answer = loop.loadInline('import sys\nsys.exit(3)').catch(() => 'none');
    expect(await loop.exited).toEqual({ code: 3, signal: null });
    expect(await answer).toBe('none');
    expect(logs()).toBe('');
  });
});

suite('a python loop runs the action', () => {
  it.each([
    ['a dictionary', 'return {"a": 1}', '{"a":1}'],
    ['a list', 'return ["a", "b"]', '["a","b"]'],
    ['a tuple', 'return ("a", "b")', '["a","b"]'],
    ['nothing', 'return', '{}'],
    ['an error object', 'return {"error": "sorry"}', '{"error":"sorry"}'],
    ['a string', 'return "text"', '"text"'],
    ['a number', 'return 5', '5'],
    ['no JSON at all', 'return object()', 'false'],
    ['a number that JSON lacks', 'return float("nan")', 'false'],
    ['half a surrogate pair', 'return {"é": "\\ud800"}', '{"\\u00e9":"\\ud800"}'],
    ['a big number', 'return {"a": 2 ** 100}', '{"a":1267650600228229401496703205376}'],
  ])('that returns %s', async (_, body, answer) => {
    await inline(main(body));
    expect(await loop.ask({})).toBe(answer);
    await loop.end();
    expect(logs()).toBe('');
  });

  it.each([
    ['raises', 'return 1 / 0', 'division by zero', 'ZeroDivisionError'],
    ['raises what is no Exception', 'raise GeneratorExit("x")', 'x', 'GeneratorExit'],
    ['recurses for ever', 'return main(args)', 'maximum recursion depth', 'RecursionError'],
    ['returns what JSON lacks', 'return {"a": float("nan")}', 'not JSON compliant', 'ValueError'],
    ['returns what JSON cannot hold', 'return {"a": object()}', 'not JSON serial', 'TypeError'],
    ['returns a circle', 'a = {}; a["a"] = a; return a', 'Circular reference', 'ValueError'],
  ])('that %s: the text becomes the error, the stack goes to stderr', async (...row) => {
    const [, body, message, log] = row;
    await inline(main(body));
    const answer = await loop.ask({});
    expect((JSON.parse(answer) as { error: string }).error).toContain(message);
    await loop.stderr.contains(log);
    expect(loop.stderr.text).toMatch(/^Traceback/);
    expect(loop.stderr.text).not.toContain('loop.py');
    expect(await loop.ask({})).toBe(answer);
  });

  it('that raises in an async function, with a stack of the user alone', async () => {
    await inline('\nasync def main(args):\n    raise ValueError("stop")');
    expect(await loop.ask({})).toBe('{"error":"stop"}');
    const stack = await loop.stderr.contains('ValueError');
    expect(stack).toMatch(/^Traceback.*\n {2}File ".*__main__\.py", line 3, in main\n/);
  });

  it('that is async, in one event loop for all activations', async () => {
    const source =
      'import asyncio\nloops = set()\nasync def main(args):\n    await asyncio.sleep(0)\n';
    await inline(
      `${source}    loops.add(asyncio.get_running_loop())\n    return {"loops": len(loops)}`,
    );
    expect(await loop.ask({})).toBe('{"loops":1}');
    expect(await loop.ask({})).toBe('{"loops":1}');
  });

  it.each([
    ['def', 'sys.exit(4)'],
    ['async def', 'sys.exit(4)'],
    ['def', 'os._exit(4)'],
  ])('and ends with it when its %s calls %s, without a word', async (def, exit) => {
    await inline(`import os, sys\n${def} main(args):\n    ${exit}`);
    loop.send({ value: {} });
    expect(await loop.exited).toEqual({ code: 4, signal: null });
    expect(logs()).toBe('');
  });

  it('and survives lines that nest too deep or hold what Python refuses', async () => {
    await inline(main('return {"ok": True}'));
    const deep = `{"value":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`;
    expect(await loop.askRaw(deep)).toContain('{"error":"maximum recursion depth exceeded');
    expect(await loop.ask({})).toBe('{"ok":true}');
  });

  it('and ends the copy that a fork brings back into the loop', async () => {
    const wait = 'if child: os.waitpid(child, 0)';
    await inline(`import os\n${main('child = os.fork()', wait, 'return {"forked": child != 0}')}`);
    expect(await loop.ask({})).toBe('{"forked":true}');
    expect(await loop.ask({})).toBe('{"forked":true}');
  });
});

suite('a python loop sets the environment', () => {
  it('of the action before it loads', async () => {
    const source = 'import os\nseen = {k: os.environ[k] for k in "AB"}\nmain = lambda args: seen';
    await inline(source, { env: { A: 'xyz', B: '' } });
    expect(await loop.ask({})).toBe('{"A":"xyz","B":""}');
  });

  it('of one activation, and puts it back for the next one', async () => {
    start({ env: { __OW_API_HOST: 'host', __OW_NAMESPACE: 'before' } });
    await loop.loadInline(
      `import os\n${main(
        'env = {k: v for k, v in os.environ.items() if k.startswith("__OW_")}',
        'os.environ["__OW_NAMESPACE"] = "mine"',
        'return env',
      )}`,
    );
    const context = { namespace: 'ns', activation_id: 'a=b', Empty: '', 'no=name': 'x', nul: '\0' };
    const given = { __OW_NAMESPACE: 'ns', __OW_ACTIVATION_ID: 'a=b', __OW_EMPTY: '' };
    expect(JSON.parse(await loop.ask({}, context))).toEqual({ __OW_API_HOST: 'host', ...given });
    expect(JSON.parse(await loop.ask({}, context))).toEqual({ __OW_API_HOST: 'host', ...given });
    const before = { __OW_API_HOST: 'host', __OW_NAMESPACE: 'before' };
    expect(JSON.parse(await loop.ask({}))).toEqual(before);
  });
});

suite('a python loop keeps its pipes to itself:', () => {
  it('stdin and fd 3 of the action lead nowhere, and no child inherits the real ones', async () => {
    const links = '[os.readlink("/proc/self/fd/" + n) for n in ("0", "3")]';
    const child =
      'subprocess.check_output(["ls", "-l", "/proc/self/fd"], close_fds=False, text=True)';
    await inline(
      `import os, re, subprocess, sys\n${main(
        'os.write(3, b\'1 {"stolen":true}\\n\')',
        `return {"links": ${links}, "stdin": sys.stdin.read(),`,
        `  "fifos": re.findall("[0-9] -> .*/fifo", ${child})}`,
      )}`,
    );
    expect(JSON.parse(await loop.ask({}))).toEqual({
      links: ['/dev/null', '/dev/null'],
      stdin: '',
      fifos: [expect.stringMatching(/^2 ->/)],
    });
  });

  it('it says nothing before it is asked, and ends with stdin', async () => {
    start();
    expect(await loop.end()).toEqual({ code: 0, signal: null });
    expect(logs()).toBe('');
  });
});

suite('a python loop reads lines', () => {
  it('that end in LF alone, whatever white space JSON allows', async () => {
    await inline(main('return args'));
    expect(await loop.askRaw('{"value":\r{"a" :\t1}}\r')).toBe('{"a":1}');
  });

  it('with escapes of half surrogate pairs', async () => {
    await inline(main('return args'));
    expect(await loop.askRaw('{"value":{"a":"\\ud800"}}')).toBe('{"a":"\\ud800"}');
  });

  it('of 10 MB', async () => {
    await inline(main('return args'));
    const text = 'é☃'.repeat(2_000_000);
    expect(await loop.ask({ text })).toBe(JSON.stringify({ text }));
  });
});

suite('a python loop passes on logs', () => {
  it('before the answer, each on its stream, in UTF-8 whatever the locale', async () => {
    start({ env: { LC_ALL: 'C', PYTHONIOENCODING: '' } });
    const print = 'print("❄ ☃"); print("err é", file=sys.stderr); print("no newline", end="")';
    await loop.loadInline(`import sys\n${main(print, 'return {}')}`);
    expect(await loop.ask({})).toBe('{}');
    expect(await loop.stdout.contains('no newline')).toBe('❄ ☃\nno newline');
    expect(await loop.stderr.contains('\n')).toBe('err é\n');
  });

  it('completely and in order to a slow reader of a pipe that did not block', async () => {
    start({ slowLogs: true });
    const count = 'for i in range(60000): print(str(i).rjust(99, "."))';
    const source = `import sys\n${main('print("started", file=sys.stderr)', count, 'return {}')}`;
    await loop.loadInline(source);
    loop.send({ value: {} });
    await loop.stderr.contains('started');
    loop.stdout.read();
    expect(await loop.answerTo(1)).toBe('{}');
    const lines = (await loop.stdout.ofLength(6_000_000)).split('\n');
    expect(lines.every((line, i) => i === 60000 || Number(line.replace(/^\.+/, '')) === i)).toBe(
      true,
    );
  });

  it('line by line, so that a killed action keeps what it printed', async () => {
    await inline(`import time\n${main('print("last words")', 'time.sleep(600)')}`);
    loop.send({ value: {} });
    expect(await loop.stdout.contains('\n')).toBe('last words\n');
  });

  it.each(['sys.stdout.close()', 'del sys.stdout, sys.stderr', 'sys.stderr = sys.stdout = []'])(
    'and goes on after %s',
    async (harm) => {
      await inline(`import sys\n${main(`if args: ${harm}`, 'return 1 / 0')}`);
      expect(await loop.ask({ a: 1 })).toBe('{"error":"division by zero"}');
      expect(await loop.ask({})).toBe('{"error":"division by zero"}');
    },
  );

  it('of the loading too', async () => {
    await inline(`print("loading")\n${main('return {}')}`);
    expect(await loop.stdout.contains('\n')).toBe('loading\n');
  });
});
