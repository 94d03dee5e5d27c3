import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { type Code, LoopProcess, type LoopOptions } from '../support/loop-driver.ts';

const hasRuby = spawnSync('ruby', ['--version']).status === 0;
const suite = hasRuby ? describe : describe.skip;
if (!hasRuby) it.skip('the ruby loop: ruby is not installed', () => undefined);

let loop: LoopProcess;
afterEach(async () => {
  if (hasRuby) await loop.dispose();
});

const OK = { ok: true, executable: expect.stringMatching(/^\/.*ruby/) };
const start = (options?: LoopOptions) => (loop = new LoopProcess('ruby', options));
const inline = async (source: string, code?: Code) => start().loadInline(source, code);
const folder = async (files: Record<string, string>) => start().loadFolder(files);
const main = (...body: string[]) => ['def main(args)', ...body, 'end'].join('\n');
const logs = () => loop.stdout.text + loop.stderr.text;

suite('a ruby loop loads', () => {
  it('a method of another name, and never what follows `if __FILE__ == $0`', async () => {
    const source = 'def niam(args) = args\nputs "as a program" if __FILE__ == $0';
    expect(await inline(source, { main: 'niam' })).toEqual(OK);
    expect(await loop.ask({ a: [1, 'é☃'] })).toBe('{"a":[1,"é☃"]}');
    await loop.end();
    expect(logs()).toBe('');
  });

  it('an archive with its files, in the folder that is also the working folder', async () => {
    const files = {
      'main.rb': `require 'sibling'\nrequire_relative 'lib/deep'\n${main('[A, B, Dir.pwd == __dir__]')}`,
      'sibling.rb': 'A = 1',
      'lib/deep.rb': 'B = 2',
    };
    expect(await folder(files)).toEqual(OK);
    expect(await loop.ask({})).toBe('[1,2,true]');
  });

  it('code whose names are those of the loop', async () => {
    const names = 'class Environment; end\nmodule Outcome; end\ndef start(x) = 1\ndef log = 2';
    await inline(`${names}\n$/ = $, = nil\n${main('raise "x" if args["bad"]', 'args')}`);
    expect(await loop.ask({ bad: true })).toBe('{"error":"x"}');
    expect(await loop.ask({ a: 1 }, { namespace: 'n' })).toBe('{"a":1}');
  });
});

suite('a ruby loop that cannot load tells why:', () => {
  it.each([
    ['a method that is not there', 'def other(args) = args', /^main\.rb has no function 'main'\.$/],
    ['a missing library', '\nrequire "nowhere"', /such file -- nowhere .*\n\tfrom .*main\.rb:2:/],
    ['a file that does not parse', 'def main(args)\n  )\nend', /^\S*main\.rb:2: syntax error/],
    ['what it raised', '\nraise "no"', /^\S*main\.rb:2:in .*: no \(RuntimeError\)\n$/],
  ])('%s, with the lines of the user alone', async (_, source, error) => {
    expect((await inline(source))['error']).toMatch(error);
    expect(await loop.exited).toEqual({ code: 0, signal: null });
    expect(logs()).toBe('');
  });
});

suite('a ruby loop runs the action', () => {
  it.each([
    ['symbols', '{ a: :b, 1 => [nil, 2.5] }', '{"a":"b","1":[null,2.5]}'],
    ['nothing', 'nil', '{}'],
    ['a string', '"text"', 'false'],
    ['an object', 'Object.new', 'false'],
    ['a big number', '{ a: 2**100 }', '{"a":1267650600228229401496703205376}'],
    ['UTF-8 without its encoding', '{ a: "é".b }', '{"a":"é"}'],
  ])('that returns %s', async (_, body, answer) => {
    await inline(main(body));
    expect(await loop.ask({})).toBe(answer);
    await loop.end();
    expect(logs()).toBe('');
  });

  it.each([
    ['raises', 'raise "nooo"', /^nooo$/, 'main.rb:2:in'],
    ['names what is not there', 'foo', /^undefined local variable .*'/, 'NameError'],
    ['raises what is no StandardError', 'raise NoMemoryError, "x"', /^x$/, 'NoMemoryError'],
    ['recurses for ever', 'main(args)', /^stack level too deep$/, 'SystemStackError'],
    ['returns what JSON lacks', '{ a: Float::NAN }', /NaN/, 'GeneratorError'],
    ['returns what is no text', '{ a: "\\xff" }', /./, 'GeneratorError'],
    ['returns a circle', 'a = {}; a[:a] = a', /nesting/, 'NestingError'],
    ['raises with bytes', 'raise "\\xff\\u00e9".b', /^\ufffdé$/, 'RuntimeError'],
  ])('that %s: the text becomes the error, the stack goes to stderr', async (...row) => {
    const [, body, message, log] = row;
    await inline(main(body));
    const answer = await loop.ask({});
    expect((JSON.parse(answer) as { error: string }).error).toMatch(message);
    await loop.stderr.contains(log);
    expect(loop.stderr.text).not.toMatch(/languages\/ruby|<internal:/);
    expect(await loop.ask({})).toBe(answer);
  });

  it.each(['exit 4', 'exit! 4'])('and ends with it when it calls %s', async (exit) => {
    await inline(main(exit));
    loop.send({ value: {} });
    expect(await loop.exited).toEqual({ code: 4, signal: null });
    expect(logs()).toBe('');
  });

  it('and survives lines that nest too deep', async () => {
    await inline(main('{ ok: true }'));
    const deep = `{"value":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`;
    expect(await loop.askRaw(deep)).toContain('nesting of');
    expect(await loop.ask({})).toBe('{"ok":true}');
  });

  it('and ends the copy that a fork brings back into the loop', async () => {
    await inline(main('child = fork', 'Process.wait(child) if child', '{ forked: !child.nil? }'));
    expect(await loop.ask({})).toBe('{"forked":true}');
    expect(await loop.ask({})).toBe('{"forked":true}');
  });

  it('with values of 10 MB', async () => {
    await inline(main('args'));
    const text = 'é☃'.repeat(2_000_000);
    expect(await loop.ask({ text })).toBe(JSON.stringify({ text }));
  });
});

suite('a ruby loop surrounds the action:', () => {
  it('its environment is that of the activation, and put back for the next one', async () => {
    start({ env: { LANG: 'C.UTF-8', __OW_NAMESPACE: 'before' } });
    const seen = 'env = ENV.select { |name, _| name.start_with?("__OW_") || name == "A" }';
    await loop.loadInline(main(seen, 'ENV["__OW_NAMESPACE"] = "mine"', 'env'), { env: { A: '' } });
    const context = { namespace: 'é', 'no=name': 'x', nul: '\0' };
    const given = { __OW_NAMESPACE: 'é', A: '' };
    expect(JSON.parse(await loop.ask({}, context))).toEqual(given);
    expect(JSON.parse(await loop.ask({}, context))).toEqual(given);
    expect(JSON.parse(await loop.ask({}))).toEqual({ __OW_NAMESPACE: 'before', A: '' });
  });

  it('its stdin and fd 3 lead nowhere, and no child inherits the real ones', async () => {
    const fifos = '`ls -l /proc/self/fd`.scan(/\\d -> .*fifo/)';
    await inline(main('GC.start', '`echo stolen >&3`', `[$stdin.read, ${fifos}]`));
    expect(JSON.parse(await loop.ask({}))).toEqual(['', [expect.stringMatching(/^2 ->/)]]);
  });

  it('its logs come before the answer, in UTF-8 whatever the locale', async () => {
    start({ env: { LC_ALL: 'C' } });
    await loop.loadInline(`print "loading "\n${main('puts "❄ ☃"', 'warn "err é"', 'args')}`);
    expect(await loop.ask({ a: 'é' })).toBe('{"a":"é"}');
    expect(await loop.stdout.contains('\n')).toBe('loading ❄ ☃\n');
    expect(await loop.stderr.contains('\n')).toBe('err é\n');
  });

  it('its logs are complete and in order for a slow reader of a pipe that did not block', async () => {
    start({ slowLogs: true });
    await loop.loadInline(main('warn "started"', '60000.times { puts _1.to_s.rjust(99) }', '{}'));
    loop.send({ value: {} });
    await loop.stderr.contains('started');
    loop.stdout.read();
    expect(await loop.answerTo(1)).toBe('{}');
    const lines = (await loop.stdout.ofLength(6_000_000)).split('\n');
    expect(lines.findIndex((line, i) => Number(line) !== i)).toBe(60_000);
  });

  it.each(['$stdout.close', '$stderr.close'])('it may say %s', async (harm) => {
    await inline(main(harm, 'raise "x"'));
    expect(await loop.ask({})).toBe('{"error":"x"}');
  });

  it('nothing is said before it is asked, and the loop ends with stdin', async () => {
    start();
    expect(await loop.end()).toEqual({ code: 0, signal: null });
    expect(logs()).toBe('');
  });
});
