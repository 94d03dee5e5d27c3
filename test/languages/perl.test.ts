import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { awkwardJson, comesBack, survivesDepth } from '../support/json-values.ts';
import { type Code, LoopProcess, type LoopOptions } from '../support/loop-driver.ts';

const hasPerl = spawnSync('perl', ['-MJSON::PP', '-e', '1']).status === 0;
const suite = hasPerl ? describe : describe.skip;
if (!hasPerl) it.skip('the perl loop: perl is not installed', () => undefined);

let loop: LoopProcess;
afterEach(async () => {
  if (hasPerl) await loop.dispose();
});

const OK = { ok: true, executable: expect.stringMatching(/^\/.*perl/) };
const start = (options?: LoopOptions) => (loop = new LoopProcess('perl', options));
const inline = async (source: string, code?: Code) => start().loadInline(source, code);
const folder = async (files: Record<string, string>) => start().loadFolder(files);
const main = (...body: string[]) => ['sub main {', 'my ($args) = @_;', ...body, '}'].join('\n');
const logs = () => loop.stdout.text + loop.stderr.text;
const parsed = async (value: unknown, context = {}) =>
  JSON.parse(await loop.ask(value, context)) as unknown;

suite('a perl loop loads', () => {
  it('a file that does not end in a true value, and has data', async () => {
    const source = `${main('return [@lines, __FILE__];')}\nour @lines = <DATA>;\n0;\n__DATA__\n☃\n`;
    expect(await inline(source)).toEqual(OK);
    expect(await parsed({})).toEqual(['☃\n', 'main.pl']);
  });

  it('an archive with its modules, in the folder that is also the working folder', async () => {
    const source =
      "use FindBin; use One; use Two; use Three; require './d.pl'; print 'as a program' unless caller;";
    const files = {
      'main.pl': `${source}\n${main('return [One::a(), Two::b(), Three::c(), d(), $FindBin::Bin];')}`,
      'One.pm': 'package One; sub a { 1 } 1;',
      'lib/Two.pm': 'package Two; sub b { 2 } 1;',
      'local/lib/perl5/Three.pm': 'package Three; sub c { 3 } 1;',
      'd.pl': 'sub d { 4 } 1;',
    };
    expect(await folder(files)).toEqual(OK);
    expect(await parsed({})).toEqual([1, 2, 3, 4, loop.folder]);
    expect(logs()).toBe('');
  });

  it('code that changes what Perl reads and prints with', async () => {
    await inline(`$/ = undef; $, = '-'; $\\ = '!'; $_ = 5; $| = 0;\n${main('return $args;')}`);
    expect(await loop.ask({ a: 1 }, { namespace: 'n' })).toBe('{"a":1}');
    expect(await loop.ask([])).toBe('[]');
  });
});

suite('a perl loop that cannot load tells why:', () => {
  it.each([
    ['a sub that is not there', 'sub other { }', /^main\.pl has no function 'main'\.$/],
    ['a missing module', '\nuse Nowhere;', /^Can't locate Nowhere\.pm .* at main\.pl line 2\.\n/],
    ['a file that does not parse', 'sub main {\n  ( = ;\n}', /^syntax error at main\.pl line 2, /],
    ['what it died with', '\ndie "no"', /^no at main\.pl line 2\.$/],
  ])('%s, with the lines of the user', async (_, source, error) => {
    const answer = await inline(source);
    expect(answer['error']).toMatch(error);
    expect(answer['error']).not.toMatch(/CODE|loop\.pl|\/loader\//);
    expect(await loop.exited).toEqual({ code: 0, signal: null });
    expect(logs()).toBe('');
  });
});

suite('a perl loop runs the action', () => {
  it.each([
    ['nothing', 'return;', '{}'],
    ['a text', 'return "text";', 'false'],
    ['numbers', '[5, -2.5, 1 / 3, 0.1, 1e20]', '[5,-2.5,0.3333333333333333,0.1,1e+20]'],
    ['what was a number or a text last', 'my $n = 5; my $t = "$n"; [$n, $t, 0 + $t]', '[5,"5",5]'],
    ['booleans', '[JSON::PP::true(), JSON::PP::false(), \\1, \\0]', '[true,false,true,false]'],
    ['an object that tells', 'sub O::TO_JSON { { a => [undef] } } bless {}, "O"', '{"a":[null]}'],
    ['any character', '["\\"\\\\\\n\\r\\t\\x01é☃\\x{1f600}"]', '["\\"\\\\\\n\\r\\t\\u0001é☃😀"]'],
    ['half a surrogate pair', '["é\\x{d800}"]', '["é\\ud800"]'],
  ])('that returns %s', async (_, body, answer) => {
    await inline(`use JSON::PP ();\n${main(body)}`);
    expect(await loop.ask({})).toBe(answer);
    await loop.end();
    expect(logs()).toBe('');
  });

  it.each([
    ['dies', 'die "no"', 'no at main.pl line 3.'],
    ['dies with a line', 'die "nö\\n"', 'nö'],
    ['dies with a hash', 'die { code => 5 }', { code: 5 }],
    ['dies with an object', 'sub E::message { "no" } die bless {}, "E"', 'no'],
    [
      'calls what is not there',
      'foo()',
      'Undefined subroutine &main::foo called at main.pl line 3.',
    ],
    ['returns NaN', '[9**9**9]', 'JSON has no form for the number Inf'],
    ['returns a circle', 'my @a; push @a, \\@a; \\@a', 'JSON nests deeper than 10000 levels'],
  ])('that %s: that becomes the error, and is on stderr', async (_, body, error) => {
    await inline(main(body));
    expect(await parsed({})).toEqual({ error });
    const log = typeof error === 'string' ? error : JSON.stringify(error);
    expect(await loop.stderr.contains('\n')).toBe(`${log}\n`);
    expect(await parsed({})).toEqual({ error });
  });

  it('and ends with it when it calls exit, without a word', async () => {
    await inline(main('eval { exit 4 };'));
    loop.send({ value: {} });
    expect(await loop.exited).toEqual({ code: 4, signal: null });
    expect(logs()).toBe('');
  });

  it('and ends the copy that a fork brings back into the loop', async () => {
    await inline(
      main('my $child = fork;', 'waitpid $child, 0 if $child;', '[$child != 0 ? 1 : 0]'),
    );
    expect(await loop.ask({})).toBe('[1]');
    expect(await loop.ask({})).toBe('[1]');
  });
});

suite('a perl loop reads and writes', () => {
  it.each(awkwardJson)('%s', async (_, json) => {
    await inline(main('return $args;'));
    await comesBack(loop, json);
  });

  it('what nests too deep for it, and survives', async () => {
    await inline(main('return $args;'));
    await survivesDepth(loop);
  });
});

suite('a perl loop surrounds the action:', () => {
  it('its environment is that of the activation, and put back for the next one', async () => {
    start({ env: { __OW_NAMESPACE: 'before' } });
    const seen = 'my %env = map { $_ => $ENV{$_} } grep { /^__OW_|^A$|^no/ } keys %ENV;';
    const code = { env: { A: '' } };
    await loop.loadInline(main(seen, '$ENV{__OW_NAMESPACE} = "mine";', 'return \\%env;'), code);
    const context = { namespace: 'a=b', 'no=name': 'x', nul: '\0' };
    expect(await parsed({}, context)).toEqual({ __OW_NAMESPACE: 'a=b', A: '' });
    expect(await parsed({}, context)).toEqual({ __OW_NAMESPACE: 'a=b', A: '' });
    expect(await parsed({})).toEqual({ __OW_NAMESPACE: 'before', A: '' });
  });

  it('its stdin and fd 3 lead nowhere, and no child inherits the real ones', async () => {
    const fifos = '[`ls -l /proc/self/fd` =~ /\\d -> .*fifo/g]';
    await inline(main('`echo stolen >&3`;', `return [scalar <STDIN>, ${fifos}];`));
    expect(await parsed({})).toEqual([null, [expect.stringMatching(/^2 ->/)]]);
  });

  it('its logs come before the answer, in UTF-8 whatever it says of its streams', async () => {
    const open = "use open qw(:std :encoding(UTF-8)); binmode STDOUT, ':utf8'; print 'loading ';";
    await inline(`${open}\n${main('print "❄ ☃\\n";', 'warn "é\\n";', '[]')}`);
    expect(await loop.ask({})).toBe('[]');
    expect(await loop.stdout.contains('\n')).toBe('loading ❄ ☃\n');
    expect(await loop.stderr.contains('\n')).toBe('é\n');
  });

  it('its logs are complete and in order for a slow reader of a pipe that did not block', async () => {
    start({ slowLogs: true });
    const count = 'printf "%99d\\n", $_ for 0 .. 59999;';
    await loop.loadInline(main('print STDERR "started";', count, '[]'));
    loop.send({ value: {} });
    await loop.stderr.contains('started');
    loop.stdout.read();
    expect(await loop.answerTo(1)).toBe('[]');
    const lines = (await loop.stdout.ofLength(6_000_000)).split('\n');
    expect(lines.findIndex((line, i) => Number(line) !== i)).toBe(60_000);
  });

  it('it may close them, and the loop ends with stdin', async () => {
    await inline(main('close STDOUT; close STDERR; die "no\\n";'));
    expect(await loop.ask({})).toBe('{"error":"no"}');
    expect(await loop.end()).toEqual({ code: 0, signal: null });
  });
});
