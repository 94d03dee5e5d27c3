import { afterEach, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { type Code, LoopProcess, type LoopOptions } from '../support/loop-driver.ts';

let loop: LoopProcess;
afterEach(async () => loop.dispose());

const OK = { ok: true };
const start = (options?: LoopOptions) => (loop = new LoopProcess('node', options));
const inline = async (source: string, code?: Code) => start().loadInline(source, code);
const folder = async (files: Record<string, string>, code?: Code) =>
  start().loadFolder(files, code);
const errorOf = (answer: string) => {
  const { error } = JSON.parse(answer.replace(/^!/, '')) as { error: Record<string, unknown> };
  return error;
};

describe('a node loop finds the entry point of a single file', () => {
  it.each([
    ['a function of the file', 'function main(args) { return args }'],
    ['an arrow function in a constant', 'const main = (args) => args;'],
    ['a function in a strict file', '"use strict";\nfunction main(args) { return args }'],
    ['exports.main', 'exports.main = (args) => args'],
    ['module.exports.main', 'module.exports.main = (args) => args'],
    ['module.exports', 'module.exports = { main: (args) => args }'],
    ['a global, as webpack makes it', '(function () { global.main = (args) => args })()'],
    ['an export of this', 'this.main = (args) => args'],
    ['an ES module', 'import "node:fs";\nexport function main(args) { return args }'],
    ['an ES default export', 'export default (args) => args;'],
    ['an ES module that awaits', 'const wait = await 1;\nexport const main = (args) => args;'],
    ['a file that ends in a comment', 'function main(args) { return args } // the end'],
    ['a file with a #! line', '#!/usr/bin/env node\nfunction main(args) { return args }'],
    ['a file with a byte order mark', '\uFEFFfunction main(args) { return args }'],
  ])('as %s', async (_, source) => {
    expect(await inline(source)).toEqual(OK);
    expect(await loop.ask({ a: [1, 'é☃'] })).toBe('{"a":[1,"é☃"]}');
    await loop.end();
    expect(loop.stderr.text).toBe('');
  });

  it('under another name', async () => {
    expect(await inline('function niam(args) { return args }', { main: 'niam' })).toEqual(OK);
    expect(await loop.ask({})).toBe('{}');
  });

  it('under a dotted name', async () => {
    const source = 'const other = { niam: { xyz: () => ({ nested: true }) } }';
    expect(await inline(source, { main: 'other.niam.xyz' })).toEqual(OK);
    expect(await loop.ask({})).toBe('{"nested":true}');
  });

  it.each(['.mjs', '.cjs'])('in a file that ends in %s', async (ending) => {
    const source =
      ending === '.mjs' ? 'export const main = () => ({})' : 'exports.main = () => ({})';
    expect(await inline(source, { entry: `index${ending}` })).toEqual(OK);
    expect(await loop.ask({})).toBe('{}');
  });

  it('without writing anything beside it: its folder may be read-only', async () => {
    expect(await inline('export const main = () => ({})')).toEqual(OK);
    expect(readdirSync(loop.folder)).toEqual(['index.js']);
  });

  it('that imports by itself', async () => {
    const source = 'async function main() { return { sep: (await import("node:path")).sep } }';
    expect(await inline(source)).toEqual(OK);
    expect(await loop.ask({})).toBe('{"sep":"/"}');
  });

  it.each(['nothing', 'main; process.exit(9)', 'main()', 'default', '', 'a..b', 'this'])(
    'and refuses %j, which is no function',
    async (main) => {
      const answer = await inline('function main() {}', { main });
      expect(answer).toEqual({ error: `Action entrypoint '${main}' is not a function.` });
    },
  );

  it('of 500 kB', async () => {
    const source = `function main() { let x;\n${'x = "some more text";\n'.repeat(25_000)} return { x } }`;
    expect(await inline(source)).toEqual(OK);
    expect(await loop.ask({})).toBe('{"x":"some more text"}');
  });
});

describe('a node loop finds the entry point of an archive', () => {
  const main = 'exports.main = () => ({ it: "works" })';

  it.each<[string, Record<string, string>, string]>([
    ['index.js', { 'index.js': main }, 'main'],
    ['index.cjs', { 'index.cjs': main }, 'main'],
    ['index.mjs', { 'index.mjs': 'export const main = () => ({ it: "works" })' }, 'main'],
    ['the main of package.json', { 'package.json': '{"main":"lib/a"}', 'lib/a.js': main }, 'main'],
    ['the index.js beside a package.json', { 'package.json': '{}', 'index.js': main }, 'main'],
    [
      'the index.mjs beside a package.json',
      { 'package.json': '{}', 'index.mjs': 'export const main = () => ({ it: "works" })' },
      'main',
    ],
    [
      'an ES module by package.json',
      { 'package.json': '{"type":"module"}', 'index.js': 'export let main = () => ({it:"works"})' },
      'main',
    ],
    ['another file', { 'other.js': 'exports.niam = () => ({ it: "works" })' }, 'other.niam'],
    ['a nested name', { 'other.js': 'exports.a = { b: () => ({ it: "works" }) }' }, 'other.a.b'],
    ['an .mjs file', { 'other.mjs': 'export const niam = () => ({ it: "works" })' }, 'other.niam'],
    [
      'another file, over package.json',
      {
        'package.json': '{}',
        'index.js': '',
        'other.js': 'exports.niam = () => ({ it: "works" })',
      },
      'other.niam',
    ],
  ])('in %s', async (_, files, name) => {
    expect(await folder(files, { main: name })).toEqual(OK);
    expect(await loop.ask({})).toBe('{"it":"works"}');
  });

  it('and its own modules, in the folder that is also the working folder', async () => {
    await folder({
      'index.js': `const { hello } = require('./loop.cjs'); const local = require('local');
        exports.main = () => ({ hello, local, here: __dirname === process.cwd(),
          file: __filename === require.resolve('./index'), again: require('./index') === exports })`,
      'loop.cjs': 'exports.hello = "hello"',
      'node_modules/local/index.js': 'module.exports = "local"',
    });
    const seen = { hello: 'hello', local: 'local', here: true, file: true, again: true };
    expect(JSON.parse(await loop.ask({}))).toEqual(seen);
  });
});

describe('a node loop that cannot load tells why:', () => {
  it.each([
    ['a script that does not parse', '10 PRINT "x"\n20 GOTO 10', 'index.js:1\n10 PRINT'],
    ['an ES module that does not parse', 'export const a = 1;\nexport b ]', 'index.js:2\nexport b'],
    ['a wrong await', 'function main() {\n return await 1 }', 'index.js:2\n return await'],
  ])('%s', async (_, source, place) => {
    const { error } = await inline(source);
    expect(error).toContain(place);
    expect(error).toContain('SyntaxError');
    expect(await loop.exited).toMatchObject({ signal: null });
  });

  it('a throw, with the lines of the user and without its own', async () => {
    const { error } = await inline('\n\nfunction fail() { throw new Error("at load") }\nfail()');
    expect(error).toMatch(/^Error: at load\n.*index\.js:3:\d+\)\n.*index\.js:4:1\)/);
    expect(error).not.toContain('languages/node');
  });

  it('a missing module', async () => {
    expect((await inline('require("nowhere")'))['error']).toContain("Cannot find module 'nowhere'");
    expect(await loop.exited).toMatchObject({ signal: null });
  });

  it('an export that is not there', async () => {
    const { error } = await folder({ 'index.js': 'exports.other = 1' });
    expect(error).toBe("Action entrypoint 'main' is not a function.");
  });
});

describe('a node loop runs the action', () => {
  it('in sloppy mode', async () => {
    await inline('function main() { undeclared = 1; return { undeclared } }');
    expect(await loop.ask({})).toBe('{"undeclared":1}');
  });

  it.each([
    ['a value', 'return { a: 1 }', '{"a":1}'],
    ['an array', 'return ["a", "b"]', '["a","b"]'],
    ['a promise', 'return new Promise((done) => setTimeout(done, 1, { a: 1 }))', '{"a":1}'],
    ['a thenable', 'return { then: (done) => done({ a: 1 }) }', '{"a":1}'],
    ['nothing', 'return', '{}'],
    ['a promise of nothing', 'return Promise.resolve()', '{}'],
    ['an error object', 'return { error: "sorry" }', '{"error":"sorry"}'],
    ['an object with toJSON', 'return { toJSON: () => ({ a: 1 }) }', '{"a":1}'],
    ['an object of another realm', 'return require("vm").runInNewContext("({a: 1})")', '{"a":1}'],
    ['line separators', 'return { a: "\\u2028\\n" }', '{"a":"\u2028\\n"}'],
    ['half a surrogate pair', 'return { a: "\\ud800" }', '{"a":"\\ud800"}'],
  ])('that returns %s', async (_, body, answer) => {
    await inline(`function main() { ${body} }`);
    expect(await loop.ask({})).toBe(answer);
    await loop.end();
    expect(loop.stdout.text + loop.stderr.text).toBe('');
  });

  it.each([
    ['null', 'null'],
    ['string', '"text"'],
    ['number', '5'],
    ['function', 'main'],
    ['object', '({ toJSON: () => 1 })'],
  ])('and reports a result of type %s', async (type, expression) => {
    await inline(`function main() { return ${expression} }`);
    expect(await loop.ask({})).toBe('false');
    expect(await loop.stderr.contains('\n')).toContain(`of type object but has type "${type}"`);
  });

  it.each([
    ['a string', 'throw "nooooo"', 'nooooo', 'nooooo\n'],
    ['an error', 'throw new Error("oh")', 'Error: oh', 'Error: oh\n    at main'],
    ['nothing', 'throw undefined', 'undefined', 'undefined\n'],
    ['what has no text', 'throw Object.create(null)', '[object Object]', '[Object: null prototype'],
    ['by a circle', 'const a = {}; a.a = a; return a', 'TypeError: Converting', 'TypeError'],
    ['by a BigInt', 'return { a: 1n }', 'TypeError: Do not know how', 'TypeError'],
    ['by a late circle', 'const a = {}; a.a = a; return Promise.resolve(a)', 'TypeError', 'TypeE'],
    ['by a missing module', 'require("nowhere")', "Error: Cannot find module 'nowhere'", 'Error'],
  ])('and fails where it throws %s', async (_, body, message, log) => {
    await inline(`function main() { ${body} }`);
    const answer = await loop.ask({});
    expect(answer.startsWith('!')).toBe(true);
    expect(errorOf(answer)).toContain(`An error has occurred: ${message}`);
    expect(await loop.stderr.contains(log)).not.toContain('languages/node');
    expect(await loop.ask({})).toBe(answer);
  });

  it.each([
    ['an object', '({ done: true })', '{"error":{"done":true}}'],
    ['a string', '"text"', '{"error":"text"}'],
    ['nothing', '', '{"error":{}}'],
  ])('and takes a rejection with %s as it is, without a log', async (_, reason, answer) => {
    await inline(`function main() { return Promise.reject(${reason}) }`);
    expect(await loop.ask({})).toBe(answer);
    await loop.end();
    expect(loop.stderr.text).toBe('');
  });

  it('and serialises the error that an async function throws', async () => {
    await inline('async function main() { return a.b.c }');
    const error = errorOf(await loop.ask({}));
    expect(error).toMatchObject({ name: 'ReferenceError', message: 'a is not defined' });
    expect(error['stack']).toContain('ReferenceError: a is not defined\n    at main');
    expect(error['stack']).not.toContain('languages/node');
    expect(await loop.stderr.contains('index.js:1')).toContain('ReferenceError: a is not defined');
  });

  it('and serialises causes, circles, and what belongs to the error', async () => {
    await inline(`async function main() {
      const error = new TypeError('outer', { cause: new Error('inner') });
      throw Object.assign(error, { code: 7, self: error, size: 1n, f() {} });
    }`);
    expect(errorOf(await loop.ask({}))).toMatchObject({
      ...{ name: 'TypeError', message: 'outer', code: 7, self: '[Circular]', size: '1' },
      cause: { name: 'Error', message: 'inner' },
      f: '[Function: f]',
    });
  });

  it('and collects garbage when told to', async () => {
    await inline('function main() { global.gc(); return {} }');
    expect(await loop.ask({})).toBe('{}');
  });

  it('with the answers tagged when activations overlap', async () => {
    await inline(`const open = {};
      function main({ name }) {
        const [first] = Object.keys(open);
        if (first) { open[first]({ first }); return { name } }
        return new Promise((done) => { open[name] = done });
      }`);
    loop.send({ value: { name: 'a' } });
    loop.send({ value: { name: 'b' } });
    const answers = [await loop.nextAnswer(), await loop.nextAnswer()];
    expect(answers).toEqual(['2 {"name":"b"}', '1 {"first":"a"}']);
  });

  it.each(['exit(3)', 'exitCode = 3, setTimeout(() => { throw 1 })'])(
    'and ends with it at process.%s',
    async (how) => {
      await inline(`function main() { process.${how}; return new Promise(() => {}) }`);
      loop.send({ value: {} });
      expect((await loop.exited).code).toBe(how.startsWith('exit(') ? 3 : 1);
    },
  );

  it('and dies of an error in a timer as Node does, with its stack in the logs', async () => {
    await inline(`function main() { setTimeout(() => { throw new Error('late') }); return {} }`);
    expect(await loop.ask({})).toBe('{}');
    expect(await loop.exited).toEqual({ code: 1, signal: null });
    expect(await loop.stderr.contains('Error: late\n    at ')).toContain('index.js:1');
  });
});

describe('a node loop sets the environment', () => {
  it('of the action before it loads', async () => {
    await inline(`const { A, B } = process.env; function main() { return { A, B } }`, {
      env: { A: 'xyz', B: '' },
    });
    expect(await loop.ask({})).toBe('{"A":"xyz","B":""}');
  });

  it('of one activation, and puts it back for the next one', async () => {
    start({ env: { __OW_API_HOST: 'host', __OW_NAMESPACE: 'before' } });
    await loop.loadInline(`function main() {
      const env = {}; for (const k in process.env) if (k.startsWith('__OW_')) env[k] = process.env[k];
      process.env.__OW_NAMESPACE = 'mine'; return env }`);
    const context = { namespace: 'ns', activation_id: 'a=b', Empty: '' };
    const given = { __OW_NAMESPACE: 'ns', __OW_ACTIVATION_ID: 'a=b', __OW_EMPTY: '' };
    expect(JSON.parse(await loop.ask({}, context))).toEqual({ __OW_API_HOST: 'host', ...given });
    expect(JSON.parse(await loop.ask({}, context))).toEqual({ __OW_API_HOST: 'host', ...given });
    const before = { __OW_API_HOST: 'host', __OW_NAMESPACE: 'before' };
    expect(JSON.parse(await loop.ask({}))).toEqual(before);
  });
});

describe('a node loop keeps its pipes to itself:', () => {
  it('stdin and fd 3 of the action lead nowhere, and no child inherits the real ones', async () => {
    await inline(`const fs = require('fs'); const { execFileSync } = require('child_process');
      function main() {
        fs.writeSync(3, '1 {"stolen":true}\\n');
        const child = execFileSync('ls', ['-l', '/proc/self/fd'], { stdio: ['inherit', 'pipe', 'inherit'] });
        return { stdin: fs.readFileSync(0, 'utf8'), fifos: String(child).match(/\\d -> .*\\/fifo/g) };
      }`);
    expect(JSON.parse(await loop.ask({}))).toMatchObject({
      stdin: '',
      fifos: [expect.stringMatching(/^2 ->/)],
    });
  });

  it('process.stdin ends at once', async () => {
    await inline(`async function main() { let all = ''; for await (const c of process.stdin) all += c;
      return { all } }`);
    expect(await loop.ask({})).toBe('{"all":""}');
    expect(await loop.ask({})).toBe('{"all":""}');
  });

  it('it says nothing before it is asked, and ends with stdin', async () => {
    start();
    expect(await loop.end()).toEqual({ code: 0, signal: null });
    expect(loop.stdout.text + loop.stderr.text).toBe('');
  });
});

describe('a node loop reads lines', () => {
  it('that end in LF alone, whatever white space JSON allows', async () => {
    await inline('function main(args) { return args }');
    expect(await loop.askRaw('{"value":\r{"a" :\t1}}\r')).toBe('{"a":1}');
  });

  it('of 10 MB, with characters that lie across two reads', async () => {
    await inline('function main({ text }) { return { text } }');
    const text = 'é☃'.repeat(2_000_000);
    expect(await loop.ask({ text })).toBe(JSON.stringify({ text }));
  });

  it('several at once', async () => {
    await inline('function main(args) { return args }');
    loop.sendRaw('{"value":{"a":1}}\n{"value":{"a":2}}\n{"value":{"a":3}}');
    for (const a of [1, 2, 3]) expect(await loop.answerTo(a)).toBe(`{"a":${a}}`);
  });
});

describe('a node loop passes on logs', () => {
  it('before the answer, each on its stream', async () => {
    await inline(`function main() { console.log('out', { a: 1 }); console.error('err'); console.warn(1);
      process.stdout.write(new Uint8Array([65, 10])); process.stdout.write('no newline'); return {} }`);
    expect(await loop.ask({})).toBe('{}');
    expect(await loop.stdout.contains('no newline')).toBe('out { a: 1 }\nA\nno newline');
    expect(await loop.stderr.contains('1\n')).toBe('err\n1\n');
  });

  it('completely and in order to a slow reader of a pipe that does not block', async () => {
    start({ slowLogs: true });
    await loop.loadInline(`function main() { console.error('started');
      for (let i = 0; i < 60000; i++) console.log(String(i).padStart(99, '.')); return {} }`);
    loop.send({ value: {} });
    await loop.stderr.contains('started');
    loop.stdout.read();
    expect(await loop.answerTo(1)).toBe('{}');
    const lines = (await loop.stdout.ofLength(6_000_000)).split('\n');
    expect(lines.every((line, i) => i === 60000 || Number(line.replace(/^\.+/, '')) === i)).toBe(
      true,
    );
  });

  it('through streams that stay open, call back, and look like Node’s', async () => {
    await inline(`const { pipeline } = require('stream/promises'); const { Readable } = require('stream');
      async function main() {
        const { stdout } = process;
        await new Promise((done) => stdout.write('a', 'utf8', done));
        await pipeline(Readable.from(['b', 'c']), stdout);
        Readable.from(['d']).pipe(stdout);
        await new Promise((done) => setImmediate(done));
        await new Promise((done) => stdout.end('e', done));
        stdout.destroy(); stdout.write('f\\n');
        return { fd: stdout.fd, isTTY: !!stdout.isTTY, same: stdout === process.stdout };
      }`);
    expect(await loop.ask({})).toBe('{"fd":1,"isTTY":false,"same":true}');
    expect(await loop.stdout.contains('f\n')).toBe('abcdef\n');
  });

  it('in the order of a child that shares them', async () => {
    await inline(`function main() { console.log('one');
      require('child_process').execSync('echo two', { stdio: 'inherit' }); console.log('three'); return {} }`);
    await loop.ask({});
    expect(await loop.stdout.contains('three')).toBe('one\ntwo\nthree\n');
  });

  it('of the loading too', async () => {
    await inline('console.log("loading"); function main() {}');
    expect(await loop.stdout.contains('\n')).toBe('loading\n');
  });
});

it('an idle node loop takes less than 12 MB that it does not share', async () => {
  await inline('function main() { return {} }');
  await loop.ask({});
  const status = readFileSync(`/proc/${loop.pid}/status`, 'utf8');
  expect(Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1])).toBeLessThan(12_000);
});
