import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { awkwardJson, comesBack, survivesDepth } from '../support/json-values.ts';
import { type Code, LoopProcess, type LoopOptions } from '../support/loop-driver.ts';

const hasLua = spawnSync('lua5.4', ['-v']).status === 0;
const suite = hasLua ? describe : describe.skip;
if (!hasLua) it.skip('the lua loop: lua5.4 is not installed', () => undefined);

let loop: LoopProcess;
afterEach(async () => {
  if (hasLua) await loop.dispose();
});

const OK = { ok: true };
const start = (options?: LoopOptions) => (loop = new LoopProcess('lua', options));
const inline = async (source: string, code?: Code) => start().loadInline(source, code);
const folder = async (files: Record<string, string>) => start().loadFolder(files);
const main = (...body: string[]) => ['function main(args)', ...body, 'end'].join('\n');
const logs = () => loop.stdout.text + loop.stderr.text;
const parsed = async (value: unknown, context = {}) =>
  JSON.parse(await loop.ask(value, context)) as unknown;

suite('a lua loop loads', () => {
  it.each([
    ['a global function', main('return { 1 }')],
    [
      'a function that is returned',
      'local function main() return { 1 } end return { main = main }',
    ],
    ['a script with a #! line', `#!/usr/bin/lua\n${main('return { 1 }')}`],
  ])('%s', async (_, source) => {
    expect(await inline(source)).toEqual(OK);
    expect(await loop.ask({})).toBe('[1]');
  });

  it('an archive with its modules, in the folder that is also the working folder', async () => {
    const source = 'local a, b, c = require "a", require "b", require "c"';
    const files = {
      'main.lua': `${source}\n${main('local pwd = io.popen("pwd"):read()', 'return { a, b, c, pwd }')}`,
      'a.lua': 'return 1',
      'b/init.lua': 'return 2',
      'lua_modules/share/lua/5.4/c.lua': 'return 3',
    };
    expect(await folder(files)).toEqual(OK);
    expect(await parsed({})).toEqual([1, 2, 3, loop.folder]);
  });

  it('a json of the archive before its own', async () => {
    await folder({ 'json.lua': 'return 5', 'main.lua': main('return { (require "json") }') });
    expect(await loop.ask({})).toBe('[5]');
  });

  it('code that changes what Lua has', async () => {
    const harm = 'string, table, io, os, pcall, tostring, next, type = nil';
    await inline(`${main('return args')}\nstring.gsub, utf8.len, io.flush = nil\n${harm}`);
    expect(await loop.ask({ a: ['"', 1.5] }, { namespace: 'n' })).toBe('{"a":["\\"",1.5]}');
  });
});

suite('a lua loop that cannot load tells why:', () => {
  const inMain = '\nstack traceback:\n\t[C]: in function ';
  it.each([
    ['a function that is not there', 'function other() end', "main.lua has no function 'main'."],
    ['a file that does not parse', 'x = 1\n)', "main.lua:2: unexpected symbol near ')'"],
    [
      'what it raised',
      '\nerror("no")',
      `main.lua:2: no${inMain}'error'\n\tmain.lua:2: in main chunk`,
    ],
  ])('%s, with the lines of the user alone', async (_, source, error) => {
    expect(await inline(source)).toEqual({ error });
    expect(await loop.exited).toEqual({ code: 0, signal: null });
    expect(logs()).toBe('');
  });

  it('a missing module', async () => {
    const { error } = await inline('\nrequire "nowhere"');
    expect(error).toMatch(/^main\.lua:2: module 'nowhere' not found:[^]*in main chunk$/);
  });
});

suite('a lua loop runs the action', () => {
  it.each([
    ['nothing', 'return', '{}'],
    ['a text', 'return "text"', 'false'],
    ['tables', 'return { {}, json.array(), { 1 }, { a = 1 } }', '[{},[],[1],{"a":1}]'],
    ['an array with holes', 'return { [1] = 1, [3] = 3 }', '{"1":1,"3":3}'],
    [
      'numbers',
      'return { 5, 2.0, 1 / 3, 1e20, 2 ^ 53 }',
      '[5,2.0,0.3333333333333333,1e+20,9007199254740992.0]',
    ],
    ['null', 'return { json.null, tostring(json.null) }', '[null,"null"]'],
    ['any character', 'return { "\\"\\\\\\n\\1é☃😀\\127" }', '["\\"\\\\\\n\\u0001é☃😀\x7f"]'],
  ])('that returns %s', async (_, body, answer) => {
    await inline(`json = require "json"\n${main(body)}`);
    expect(await loop.ask({})).toBe(answer);
    await loop.end();
    expect(logs()).toBe('');
  });

  it.each([
    ['raises', 'error("no")', 'main.lua:2: no'],
    ['raises without a place', 'error("nö", 0)', 'nö'],
    ['raises a table', 'error({ code = 5 })', { code: 5 }],
    [
      'raises a table with a text',
      'error(setmetatable({}, { __tostring = function() return "no" end }))',
      'no',
    ],
    ['raises nil', 'error()', 'nil'],
    [
      'raises what is no UTF-8',
      'error("\\xff", 0)',
      'JSON has no form for a text that is not UTF-8',
    ],
    ['calls nil', 'foo()', "main.lua:2: attempt to call a nil value (global 'foo')"],
  ])('that %s: that becomes the error, and is on stderr with its stack', async (...row) => {
    const [, body, error] = row;
    await inline(main(body));
    expect(await parsed({})).toEqual({ error });
    const log = await loop.stderr.contains("\tmain.lua:2: in function 'main'\n");
    expect(log).not.toMatch(/loop\.lua|xpcall/);
    expect(await parsed({})).toEqual({ error });
  });

  it.each([
    ['NaN', '{ 0 / 0 }', 'JSON has no form for the number -nan'],
    ['a function', '{ print }', 'JSON has no form for a function'],
    [
      'a circle',
      '(function() local a = {}; a[1] = a; return a end)()',
      'JSON nests deeper than 10000 levels',
    ],
  ])('that returns %s: an error', async (_, value, error) => {
    await inline(main(`return ${value}`));
    expect(await parsed({})).toEqual({ error });
    expect(await loop.stderr.contains('\n')).toBe(`${error}\n`);
  });

  it('and ends with it when it exits, without a word', async () => {
    await inline(main('os.exit(4)'));
    loop.send({ value: {} });
    expect(await loop.exited).toEqual({ code: 4, signal: null });
    expect(logs()).toBe('');
  });
});

suite('a lua loop reads and writes', () => {
  it.each(awkwardJson)('%s', async (_, json) => {
    await inline(main('return args'));
    await comesBack(loop, json);
  });

  it('what nests too deep for it, and survives', async () => {
    await inline(main('return args'));
    await survivesDepth(loop);
  });
});

suite('a lua loop surrounds the action:', () => {
  it('its environment is that of the activation, for what it starts too', async () => {
    start({ env: { __OW_NAMESPACE: 'before' } });
    const names = '{ "__OW_NAMESPACE", "__OW_NO-NAME", "__OW_NUL", "A" }';
    const seen = [
      'local seen = { io.popen("echo $__OW_NAMESPACE $A"):read() }',
      `for _, name in ipairs(${names}) do seen[#seen + 1] = os.getenv(name) or "-" end`,
      'os.execute("echo $__OW_NAMESPACE")',
    ];
    const env = { A: `it's "é"`, 'no-name': '', '=': '' };
    await loop.loadInline(main(...seen, 'return seen'), { env });
    const context = { namespace: "a=b'c", 'no-name': 'x', nul: '\0' };
    expect(await parsed({}, context)).toEqual([`a=b'c ${env.A}`, "a=b'c", 'x', '-', env.A]);
    expect(await parsed({})).toEqual([`before ${env.A}`, 'before', '-', '-', env.A]);
    expect(await loop.stdout.contains('before')).toBe("a=b'c\nbefore\n");
  });

  it('its stdin and fd 3 lead nowhere, and no child inherits the real ones', async () => {
    const list = 'local list = io.popen("echo stolen >&3; ls -l /proc/self/fd"):read("a")';
    const fifos = 'for fifo in list:gmatch("%d %-> [^\\n]*fifo") do found[#found + 1] = fifo end';
    await inline(main('local found = { io.read() or "end" }', list, fifos, 'return found'));
    expect(await parsed({})).toEqual(['end', expect.stringMatching(/^2 ->/)]);
  });

  it('its logs come line by line and before the answer', async () => {
    await inline(
      `io.write("loading ")\n${main('print("❄ ☃")', 'io.write("no newline")', 'return')}`,
    );
    expect(await loop.ask({})).toBe('{}');
    expect(await loop.stdout.contains('newline')).toBe('loading ❄ ☃\nno newline');
  });

  it('it may close them, and the loop ends with stdin', async () => {
    await inline(main('io.stdout:close()', 'io.stderr:close()', 'error("no", 0)'));
    expect(await loop.ask({})).toBe('{"error":"no"}');
    expect(await loop.end()).toEqual({ code: 0, signal: null });
  });

  it('nothing is said before it is asked', async () => {
    expect(await start().end()).toEqual({ code: 0, signal: null });
    expect(logs()).toBe('');
  });
});
