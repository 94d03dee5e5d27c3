import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type Launcher, serving } from '../support/launcher.ts';
import { type Code, LoopProcess, type LoopOptions } from '../support/loop-driver.ts';

const hasPhp = spawnSync('php', ['--version']).status === 0;
const suite = hasPhp ? describe : describe.skip;
if (!hasPhp) it.skip('the php loop: php is not installed', () => undefined);

let loop: LoopProcess | undefined;
afterEach(async () => {
  await loop?.dispose();
  loop = undefined;
});

const OK = { ok: true };
const start = ({ env, ...options }: LoopOptions = {}) =>
  (loop = new LoopProcess('php', { ...options, env: { TMPDIR: tmpdir(), ...env } }));
/** Loads one source text without its opening tag. */
const load = async (source: string, code?: Code, options?: LoopOptions) => {
  const started = start(options);
  expect(await started.loadInline(`<?php ${source}`, code)).toEqual(OK);
  return started;
};
const refused = async (source: string, code?: Code) => {
  const started = start();
  const { error } = await started.loadInline(source, code);
  return { error: String(error), loop: started };
};
const main = (body: string) => `function main($args) { ${body} }`;
const logs = ({ stdout, stderr }: LoopProcess) => stdout.text + stderr.text;
/** The answer to one activation of an action that returns this expression. */
const returned = async (expression: string, value: unknown = {}) =>
  (await load(main(`return ${expression};`))).ask(value);

suite('a php loop loads', () => {
  it.each([
    ['a function', main('return $args;'), 'main'],
    ['one with types', 'function main(array $args): array { return $args; }', 'main'],
    ['a function of another name', 'function niam($args) { return $args; }', 'niam'],
    ['one in a namespace', `namespace A\\B; ${main('return $args;')}`, 'A\\B\\main'],
    ['a static method', `class A { static ${main('return $args;')} }`, 'A::main'],
    ['what is strict', `declare(strict_types=1); ${main('return $args;')}`, 'main'],
  ])('%s', async (_, source, name) => {
    const started = await load(source, { main: name });
    expect(await started.ask({ a: [1, 'é☃/'] })).toBe('{"a":[1,"é☃/"]}');
    expect(await started.end()).toEqual({ code: 0, signal: null });
    expect(logs(started)).toBe('');
  });

  it('an archive, whose folder is the working folder, and says that it is the script', async () => {
    const seen = ['getcwd()', '__DIR__', '$argv[0]', "$_SERVER['SCRIPT_FILENAME']", 'VALUE'];
    const files = {
      'index.php': `<?php require 'more.php'; function main() { global $argv; return ['seen' => [${seen.join(',')}]]; }`,
      'more.php': '<?php const VALUE = 7;',
    };
    const started = start();
    expect(await started.loadFolder(files)).toEqual(OK);
    const { folder } = started;
    const entry = `${folder}/index.php`;
    expect(JSON.parse(await started.ask({}))).toEqual({ seen: [folder, folder, entry, entry, 7] });
    expect(readdirSync(folder).sort()).toEqual(['index.php', 'more.php']);
  });

  it('vendor/autoload.php of the archive first', async () => {
    const files = {
      'vendor/autoload.php': "<?php spl_autoload_register(fn () => require 'Greeter.php');",
      'Greeter.php': "<?php class Greeter { static function main() { return ['it' => 'works']; } }",
      'index.php': '<?php $loaded = Greeter::class;',
    };
    expect(await start().loadFolder(files, { main: 'Greeter::main' })).toEqual(OK);
    expect(await loop?.ask({})).toBe('{"it":"works"}');
  });

  it('global variables that stay from one activation to the next', async () => {
    const source = `$count = 0; ${main('global $count; return ["count" => ++$count];')}`;
    const started = await load(source);
    expect(await started.ask({})).toBe('{"count":1}');
    expect(await started.ask({})).toBe('{"count":2}');
  });
});

suite('a php loop that cannot load tells why:', () => {
  it.each([
    ['a function that is not there', '<?php', /^index\.php has no function 'main'\.$/],
    ['what does not parse', '<?php\n10 PRINT "x"', /^ParseError: .*index\.php:2\n$/],
    ['what is thrown', '<?php\nthrow new LogicException("no")', /^LogicException: no in .*:2\n$/],
    ['a class that is there', '<?php\nclass Error {}', /^Cannot declare class.*php on line 2$/],
    ['a missing file', '<?php require "none.php";', /none\.php/],
  ])('%s', async (_, source, expected) => {
    const { error, loop } = await refused(source.replace('")', '");'));
    expect(error).toMatch(expected);
    expect(error).not.toContain('/languages/php/');
    await loop.exited;
  });

  it('a method that needs an object', async () => {
    const { error } = await refused('<?php class A { function main() {} }', { main: 'A::main' });
    expect(error).toBe("index.php has no function 'A::main'.");
  });

  it('nothing where the code exits: the process ends with its code', async () => {
    const started = start();
    const answer = started.loadInline('<?php exit(3);').catch(() => 'none');
    expect(await started.exited).toEqual({ code: 3, signal: null });
    expect(await answer).toBe('none');
    expect(logs(started)).toBe('');
  });
});

suite('a php loop runs the action', () => {
  it.each([
    ['an array with names', "['a' => 1]", '{"a":1}'],
    ['a list', "['a', 'b']", '{"0":"a","1":"b"}'],
    ['an empty array', '[]', '{}'],
    ['nothing', 'null', '{}'],
    ['an error', "['error' => 'sorry']", '{"error":"sorry"}'],
    ['a list within', "['a' => ['b', []]]", '{"a":["b",[]]}'],
    ['an empty object within', "['a' => new stdClass()]", '{"a":{}}'],
    ['an stdClass', "(object) ['hello' => 'world']", '{"hello":"world"}'],
    ['an ArrayObject', "new ArrayObject(['hello' => 'world'])", '{"hello":"world"}'],
    ['an object of its own', 'new class { public $a = 1; private $b = 2; }', '{"a":1}'],
    [
      'what says itself that it is a list',
      'new class implements JsonSerializable { function jsonSerialize(): array { return [1]; } }',
      '[1]',
    ],
    ['floats', "['a' => 0.1 + 0.2, 'b' => 1.0]", '{"a":0.30000000000000004,"b":1.0}'],
    ['keys that are numbers', '[2 => 1, "\0" => 2]', '{"2":1,"\\u0000":2}'],
  ])('that returns %s', async (_, expression, answer) => {
    expect(await returned(expression)).toBe(answer);
    expect(await loop?.end()).toEqual({ code: 0, signal: null });
    expect(loop?.stdout.text).toBe('');
    expect(loop?.stderr.text).toBe('');
  });

  it.each([
    ['a text', "'text'", 'string'],
    ['a number', '5', 'int'],
    ['a closure', 'fn () => 1', 'Closure'],
    ['a generator', '(fn () => yield 1)()', 'Generator'],
  ])('that returns %s: that is no result, and stderr says what it is', async (...row) => {
    const [, expression, type] = row;
    expect(await returned(expression)).toBe('false');
    expect(await loop?.stderr.contains('\n')).toContain(`but ${type}.`);
  });

  it.each([
    ['text that is no UTF-8', '["a" => "\\xff"]', 'Malformed UTF-8'],
    ['a number that JSON lacks', '["a" => NAN]', 'Inf and NaN'],
    ['a circle', '(function () { $a = new stdClass(); $a->a = $a; return $a; })()', 'Recursion'],
    ['a pile', 'array_reduce(range(1, 2000), fn ($a) => [$a])', 'Maximum stack depth'],
  ])('that returns %s: the failure says so', async (_, expression, reason) => {
    const answer = await returned(expression);
    expect(answer).toMatch(/^!\{"error":"The result is not JSON: /);
    expect(answer).toContain(reason);
    await loop?.stderr.contains(reason);
    expect(await loop?.ask({})).toBe(answer);
  });

  it('that throws: the text goes to stderr, with the frames of the user alone', async () => {
    const helper = 'function help() { throw new DomainException("nooooo", 1, new Error("in")); }';
    const started = await load(`\n${helper}\n${main('help();')}`);
    expect(await started.ask({})).toBe('false');
    const stack = await started.stderr.contains('nooooo');
    expect(stack).toMatch(/^Error: in in .*index\.php:2\n/);
    expect(stack).toMatch(
      /Next DomainException: nooooo in .*index\.php:2\n.*\n#0 .*index\.php\(3\)/,
    );
    expect(stack).not.toContain('/languages/php/');
    expect(await started.ask({})).toBe('false');
  });

  it.each([
    ['declares a class again', 'eval("class Error {}");', 'Fatal error: Cannot declare class'],
    [
      'runs out of its memory',
      'ini_set("memory_limit", "8M"); str_repeat("a", 1 << 24);',
      'Allowed',
    ],
    ['ends itself with an error', 'trigger_error("stop", E_USER_ERROR);', 'Fatal error: stop'],
  ])('that %s: told before the process ends', async (_, body, log) => {
    const last = 'register_shutdown_function(function () { echo "last"; exit(5); });';
    const started = await load(`${last} ${main(`echo "first "; ${body}`)}`);
    expect(await started.ask({})).toBe('end');
    expect(await started.exited).toEqual({ code: 5, signal: null });
    expect(started.stdout.text).toBe('first last\n');
    expect(started.stderr.text).toContain(log);
  });

  it.each(['exit(4);', 'register_shutdown_function(fn () => exit(4)); die();'])(
    'and ends with it after %s',
    async (exit) => {
      const started = await load(main(`echo 'bye'; ${exit}`));
      started.send({ value: {} });
      expect(await started.exited).toEqual({ code: 4, signal: null });
      expect(started.stdout.text).toBe('bye\n');
    },
  );

  it('and ends the copy that a fork brings back into the loop', async () => {
    const body =
      '$child = pcntl_fork(); if ($child) pcntl_wait($s); return ["forked" => $child > 0];';
    const started = await load(main(body));
    expect(await started.ask({})).toBe('{"forked":true}');
    expect(await started.ask({})).toBe('{"forked":true}');
  });
});

suite('a php loop reads values', () => {
  it.each([
    ['white space, LF aside', '\r{"a" :\t1}\r', '{"a":1}'],
    ['floats as they are', '{"a":[1.0,-0.0,0.1,1e100]}', '{"a":[1.0,-0.0,0.1,1.0e+100]}'],
    ['the largest integer', '{"a":9223372036854775807}', '{"a":9223372036854775807}'],
    ['larger ones as floats', '{"a":12345678901234567890}', '{"a":1.2345678901234567e+19}'],
    ['empty objects within as arrays', '{"a":{}}', '{"a":[]}'],
    ['keys of every kind', '{"":1,"0":2,"a b":3}', '{"":1,"0":2,"a b":3}'],
    ['halves of characters', '{"a":"\\ud83d \\\\ud83d \\ud83d\\ude00"}', '{"a":"� \\\\ud83d 😀"}'],
  ])('with %s', async (_, given, expected) => {
    const started = await load(main('return $args;'));
    expect(await started.askRaw(`{"value":${given}}`)).toBe(expected);
  });

  it('that nest too deep as a failure, and goes on', async () => {
    const started = await load(main('return $args;'));
    const deep = `{"value":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`;
    expect(await started.askRaw(deep)).toMatch(/^!.*can't read.*Maximum stack depth exceeded/);
    expect(await started.ask({ a: 1 })).toBe('{"a":1}');
  });

  it('of 10 MB', async () => {
    const started = await load(main('return $args;'));
    const text = 'é☃'.repeat(2_000_000);
    expect(await started.ask({ text })).toBe(JSON.stringify({ text }));
  });
});

suite('a php loop sets the environment', () => {
  const seen = (name: string) =>
    `[$_ENV['${name}'] ?? 0, $_SERVER['${name}'] ?? 0, getenv('${name}')]`;

  it('of the action before it loads', async () => {
    const source = `$seen = ${seen('A')}; ${main('global $seen; return ["a" => $seen];')}`;
    const started = await load(source, { env: { A: 'x=y' } });
    expect(await started.ask({})).toBe('{"a":["x=y","x=y","x=y"]}');
  });

  it('of one activation wherever PHP looks, and puts it back for the next one', async () => {
    const names = ['API_HOST', 'NAMESPACE', 'ACTIVATION_ID', 'EMPTY', 'NO', 'NUL'];
    const all = names.map((name) => `'${name}' => ${seen(`__OW_${name}`)}`);
    const env = { __OW_API_HOST: 'host', __OW_NAMESPACE: 'before' };
    const started = await load(main(`return [${all.join(',')}];`), {}, { env });
    const none = [0, 0, false];
    const one = (text: string) => [text, text, text];
    const rest = { API_HOST: one('host'), NO: none, NUL: none };
    const context = { namespace: 'ns', activation_id: 'a=b', Empty: '', 'no=name': 'x', nul: '\0' };
    const given = { NAMESPACE: one('ns'), ACTIVATION_ID: one('a=b'), EMPTY: one('') };
    expect(JSON.parse(await started.ask({}, context))).toEqual({ ...rest, ...given });
    const after = { NAMESPACE: one('before'), ACTIVATION_ID: none, EMPTY: none };
    expect(JSON.parse(await started.ask({}))).toEqual({ ...rest, ...after });
  });
});

suite('a php loop keeps its pipes to itself:', () => {
  it('stdin of the action and of its children is empty', async () => {
    const reads = ['stream_get_contents(STDIN)', "file_get_contents('php://stdin')", '`cat`'];
    const started = await load(main(`return ['read' => [${reads.join(',')}]];`));
    expect(await started.ask({})).toBe('{"read":["","",null]}');
  });

  it('what the action writes to fd 3 is no answer', async () => {
    const started = start();
    await started.loadInline(
      `<?php ${main("fwrite(fopen('php://fd/3', 'w'), \"{}\\n\"); return [];")}`,
    );
    started.send({ value: {} });
    expect(await started.nextAnswer()).toBe('{}');
    expect(await started.nextAnswer()).toBe('1 {}');
  });

  it('it says nothing before it is asked, and ends with stdin', async () => {
    const started = start();
    expect(await started.end()).toEqual({ code: 0, signal: null });
    expect(logs(started)).toBe('');
  });
});

suite('a php loop passes on logs', () => {
  it('before the answer, each on its stream, and ends a line that was left open', async () => {
    const body =
      'echo "❄ ☃\\n", "open"; error_log("err é"); fwrite(STDOUT, " raw\\n"); return $none;';
    const started = await load(main(body));
    expect(await started.ask({})).toBe('{}');
    expect(await started.stdout.contains(' raw\n\n')).toBe('❄ ☃\nopen raw\n\n');
    expect(await started.stderr.contains('line 1')).toMatch(/^err é\n+Warning: Undefined variable/);
  });

  it('of the loading too, and what stands before the opening tag', async () => {
    const started = start();
    await started.loadInline(`before \n<?php echo 'loading'; ${main('')}`);
    expect(await started.stdout.contains('loading')).toBe('before \nloading');
    expect(await started.ask({})).toBe('{}');
    await started.stdout.contains('loading\n');
  });

  it('that are in buffers of the action, and after it ended all that there were', async () => {
    const started = await load(
      main('if ($args) while (ob_get_level()) ob_end_clean(); ob_start(); echo "kept";'),
    );
    expect(await started.ask({ a: 1 })).toBe('{}');
    expect(await started.ask({})).toBe('{}');
    expect(await started.stdout.contains('kept\nkept\n')).toBe('kept\nkept\n');
  });

  it('at once, so that a killed action keeps what it printed', async () => {
    const started = await load(main('echo "last words"; sleep(600);'));
    started.send({ value: {} });
    expect(await started.stdout.contains('words')).toBe('last words');
  });

  it('completely and in order to a slow reader of a pipe that did not block', async () => {
    const count = 'for ($i = 0; $i < 60000; $i++) fprintf($i % 2 ? STDOUT : $out, "%099d\\n", $i);';
    const source = main(`error_log("started"); $out = fopen("php://output", "w"); ${count}`);
    const started = await load(source, {}, { slowLogs: true });
    started.send({ value: {} });
    await started.stderr.contains('started');
    started.stdout.read();
    expect(await started.answerTo(1)).toBe('{}');
    const lines = (await started.stdout.ofLength(6_000_000)).split('\n');
    expect(lines.every((line, i) => i === 60000 || Number(line) === i)).toBe(true);
  });

  it('no more, and goes on, where the action closed them', async () => {
    const started = await load(
      main('if ($args) { fclose(STDOUT); fclose(STDERR); } echo "a"; throw new Error();'),
    );
    expect(await started.ask({ a: 1 })).toBe('false');
    expect(await started.ask({})).toBe('false');
  });
});

suite('a launcher with a php action', () => {
  const php = { env: { OW_LANGUAGE: 'php' } };
  const badResult = { error: 'The action did not return a dictionary or array.' };
  const answer = async (launcher: Launcher, value: object) => {
    const { status, text } = await launcher.run(value);
    return [status, JSON.parse(text)] as const;
  };

  it('answers a fatal error with 502, and every activation that comes at once after it', () =>
    serving(php, async (launcher) => {
      await launcher.load(
        `<?php ${main('if (isset($args["fatal"])) eval("class Error {}"); return $args;')}`,
      );
      for (let n = 1; n <= 10; n += 1) {
        const both = [answer(launcher, { fatal: true }), answer(launcher, { n })];
        expect(await Promise.all(both)).toEqual([
          [502, badResult],
          [200, { n }],
        ]);
      }
      expect(launcher.sentinels).toEqual([20, 20]);
    }));

  it('answers fatal errors again and again without a pause, since each was an answer', () =>
    serving({ env: { ...php.env, OW_TIMEOUT_MS: '20000' } }, async (launcher) => {
      await launcher.load(`<?php ${main('eval("class Error {}");')}`);
      for (let n = 1; n <= 10; n += 1) expect(await answer(launcher, {})).toEqual([502, badResult]);
    }));
});
