import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { compile, pathOf, zipped } from '../support/compiling.ts';
import { withFolder } from '../support/folders.ts';
import { ending, serving } from '../support/launcher.ts';
import type { Launcher, LauncherOptions } from '../support/launcher.ts';

const isInstalled = spawnSync('rustc', ['--version']).status === 0;
const suite = isInstalled || process.env['CI'] === 'true' ? describe : describe.skip;
if (!isInstalled) test.skip('rust is not installed', () => undefined);

const withRust = (
  body: (launcher: Launcher) => Promise<void>,
  options: LauncherOptions = {},
): Promise<void> => serving({ ...options, env: { OW_LANGUAGE: 'rust', ...options.env } }, body);

/** Cargo compiles all crates anew. */
const cargoMs = 180_000;

const action = (...lines: string[]): string => ['use serde_json::Value;', ...lines, ''].join('\n');
/** As deep as serde_json takes it, with the object that it is in. */
const nested = '['.repeat(126) + ']'.repeat(126);
const echo = action('pub fn main(args: Value) -> Value { args }');

suite('A Rust action', () => {
  test('may take and return what serde can', () =>
    withRust(async (launcher) => {
      const source = action(
        'use std::collections::HashMap;',
        'use serde::{Deserialize, Serialize};',
        '#[derive(Deserialize)] pub struct Input { name: String, #[serde(default)] count: u64 }',
        '#[derive(Serialize)] pub struct Output { text: String, count: u64 }',
        'pub fn main(input: Input) -> Output { Output { text: input.name, count: input.count } }',
        'pub mod others {',
        '  use super::*;',
        '  pub fn list(args: Vec<i64>) -> Result<Vec<i64>, String> { Ok(args) }',
        '}',
      );
      await launcher.load(source);
      const value = { name: 'Ada', count: 9007199254740991 };
      expect((await launcher.run(value)).text).toBe('{"text":"Ada","count":9007199254740991}');
      const wrong = await launcher.run({ name: 5 });
      expect([wrong.status, wrong.error]).toEqual([
        200,
        'invalid type: integer `5`, expected a string at line 1 column 9',
      ]);
      expect(launcher.stderr.actionText).toContain('error: invalid type: integer `5`');
    }));

  test.each([
    ['Value', 'args: Value) -> Value { args }', [1, { a: null }], [1, { a: null }]],
    [
      'a result',
      'args: Value) -> Result<Value, serde_json::Error> { Ok(args) }',
      { a: 1 },
      { a: 1 },
    ],
    [
      'a map',
      'args: std::collections::HashMap<String, Value>) -> Value { args["a"].clone() }',
      { a: [1] },
      [1],
    ],
    [
      'an object',
      'args: serde_json::Map<String, Value>) -> Option<Value> { args.get("b").cloned() }',
      {},
      {},
    ],
    ['nothing', '_: Value) {}', {}, {}],
    [
      'an error',
      '_: Value) -> Result<(), Box<dyn std::error::Error>> { Err("no \\"good\\"\\n".into()) }',
      {},
      { error: 'no "good"\n' },
    ],
  ])('may take or return %s', (_, rest, value, result) =>
    withRust(async (launcher) => {
      await launcher.load(action(`pub fn main(${rest}`));
      const { status, json } = await launcher.run(value);
      expect([status, json]).toEqual([200, result]);
    }),
  );

  test('may be in a module', () =>
    withRust(async (launcher) => {
      await launcher.load({
        code: action('pub mod a { pub fn b(args: super::Value) -> super::Value { args } }'),
        main: 'a::b',
      });
      expect((await launcher.run({ c: 1 })).json).toEqual({ c: 1 });
    }));

  test('that panics ends with what it says in the logs, and the next activation works', () =>
    withRust(async (launcher) => {
      await launcher.load(action('pub fn main(_: Value) -> Value {', '    panic!("nooooo")', '}'));
      const answer = await launcher.run();
      expect(answer.status).toBe(400);
      expect(answer.error).toMatch(/^command exited: .*101/);
      expect(launcher.stderr.actionText).toMatch(/panicked at .*lib\.rs:3:5/);
      expect(launcher.stderr.actionText).toContain('nooooo');
      expect((await launcher.run()).status).toBe(400);
    }));

  test('can neither read the next activation nor write an answer', () =>
    withRust(async (launcher) => {
      const source = action(
        'use std::{fs::File, io::{self, Read, Write}, os::fd::FromRawFd};',
        'pub fn main(args: Value) -> Value {',
        '  let mut answers = unsafe { File::from_raw_fd(3) };',
        '  answers.write_all(b"{\\"stray\\":true}\\n").unwrap();',
        '  std::mem::forget(answers);',
        '  let mut read = String::new();',
        '  io::stdin().read_to_string(&mut read).unwrap();',
        '  serde_json::json!({ "read": read, "n": args["n"] })',
        '}',
      );
      await launcher.load(source);
      for (const n of [1, 2, 3]) expect((await launcher.run({ n })).json).toEqual({ read: '', n });
    }));

  test('gets any text and gives it back, of any size', () =>
    withRust(async (launcher) => {
      await launcher.load(echo);
      const text = '<a href="x">&amp;</a> \\ \n\r\t\u0001\u2028 é ☃ 😀 ';
      const value = { [text]: text.repeat(30_000), n: [0, -1, 0.1, 1e-7, 1.5e300, 2 ** 53] };
      expect((await launcher.run(value)).json).toEqual(value);
    }));

  test.each([
    [
      'Value',
      '{"b":[18446744073709551615,-9223372036854775808,1e3,-0,0.10],"a":1,"a":"\\u00e9\\""}',
      '{"a":"é\\"","b":[18446744073709551615,-9223372036854775808,1000.0,-0.0,0.1]}',
    ],
    [
      'Vec<Value>',
      '[ [], {}, null, 12345678901234567890123 ]',
      '[[],{},null,1.2345678901234568e22]',
    ],
    ['Map<String, Value>', `{"z":${nested},"":""}`, `{"":"","z":${nested}}`],
    ['HashMap<String, Value>', '{"a":[true]}', '{"a":[true]}'],
  ])('has the JSON that serde_json makes of a %s', (type, value, result) =>
    withRust(async (launcher) => {
      await launcher.load(
        action(
          '#[allow(unused)] use {serde_json::Map, std::collections::HashMap};',
          `pub fn main(args: ${type}) -> ${type} { args }`,
        ),
      );
      expect((await launcher.post('/run', `{"value":${value}}`)).text).toBe(result);
    }),
  );

  test('has dropped what it returned when its answer is there', () =>
    withRust(async (launcher) => {
      const source = action(
        '#[derive(serde::Serialize)] pub struct Output { n: u8 }',
        'impl Drop for Output { fn drop(&mut self) { println!("dropped") } }',
        'pub fn main(_: Value) -> Output { Output { n: 1 } }',
      );
      await launcher.load(source);
      expect((await launcher.run()).json).toEqual({ n: 1 });
      expect(launcher.stdout.text).toMatch(/^dropped\nXXX_THE_END/);
    }));

  test('may bring an allocator', () =>
    withRust(async (launcher) => {
      const source = action(
        'use std::{alloc::{GlobalAlloc, Layout, System}, sync::atomic::{AtomicUsize, Ordering}};',
        'struct Counting;',
        'static COUNT: AtomicUsize = AtomicUsize::new(0);',
        'unsafe impl GlobalAlloc for Counting {',
        '  unsafe fn alloc(&self, layout: Layout) -> *mut u8 {',
        '    COUNT.fetch_add(1, Ordering::Relaxed);',
        '    System.alloc(layout)',
        '  }',
        '  unsafe fn dealloc(&self, at: *mut u8, layout: Layout) { System.dealloc(at, layout) }',
        '}',
        '#[global_allocator] static MEMORY: Counting = Counting;',
        'pub fn main(_: Value) -> Value { serde_json::json!([COUNT.load(Ordering::Relaxed) > 0]) }',
      );
      await launcher.load(source);
      expect((await launcher.run()).json).toEqual([true]);
    }));

  test('has printed all that it printed when its answer is there', () =>
    withRust(async (launcher) => {
      await launcher.load(
        action('pub fn main(args: Value) -> Value { print!("no newline"); args }'),
      );
      await launcher.run();
      expect(launcher.stdout.text).toMatch(/^no newline\n?XXX_THE_END/);
    }));
});

suite('A Rust source that can not be built', () => {
  test.each([
    [
      'has a wrong name',
      action('pub fn main(_: Value) -> Value {', '    x', '}'),
      /^error\[E0425\]: cannot find value `x`[^]*lib\.rs:3:5/,
    ],
    ['is not Rust', '10 PRINT "Hello"', /^error: expected item[^]*lib\.rs:1:1/],
    [
      'lacks the function',
      action('pub fn niam(args: Value) -> Value { args }'),
      /^There is no function main\. An action is pub fn main\(value: T\)/,
    ],
    [
      'hides the function',
      action('fn main(args: Value) -> Value { args }'),
      /^The function main can't be an action: function `main` is private/,
    ],
    [
      'takes too much',
      action('pub fn main(_: Value, _: Value) {}'),
      /it takes 2 arguments\. An action is/,
    ],
    [
      'returns what serde does not know',
      action('pub struct R;', 'pub fn main(_: Value) -> R { R }'),
      /R.*trait bounds were not satisfied\. An action is/,
    ],
    [
      'needs a crate',
      action('use rand::random;', 'pub fn main(_: Value) {}'),
      /^error\[E0432\]: unresolved import `rand`[^]*lib\.rs:2:5/,
    ],
  ])('because it %s says what is wrong and where', (_, source, reason) =>
    withRust(async (launcher) => {
      const answer = await launcher.init(source);
      expect(answer.status).toBe(502);
      expect(answer.error).toMatch(reason);
      expect(answer.error).not.toMatch(/\.work|\/tmp\/|aborting/);
      expect((await launcher.run()).status).toBe(500);
    }),
  );

  test('is called as its file is, if it comes by path', () =>
    withFolder({ 'greeting.rs': action('pub fn main(_: Value) { x }') }, async (folder) => {
      const { code, stderr } = await ending({ argv: ['serve', join(folder, 'greeting.rs')] });
      expect([code, stderr]).toEqual([1, expect.stringMatching(/greeting\.rs:2:25/)]);
    }));

  test.each(['a-b', 'a(', ''])('because its entry point is "%s" says so', (main) =>
    withRust(async (launcher) => {
      const { error, status } = await launcher.init({ code: echo, main });
      if (main === '') expect(status).toBe(200);
      else expect(error).toContain(`"${main}" can't be the name of a function.`);
    }),
  );
});

suite('A Rust archive', () => {
  const manifest = (more: string): string =>
    `[package]\nname = "loud-action"\nversion = "0.1.0"\nedition = "2021"\n\n${more}\n`;
  const lib = action(
    'pub fn main(args: Value) -> Vec<String> { vec![loud::loud(args["text"].as_str().unwrap())] }',
  );
  const loud = 'pub fn loud(text: &str) -> String { text.to_uppercase() }\n';
  const crate = {
    'Cargo.toml': '[package]\nname = "loud"\nversion = "0.1.0"\n',
    'src/lib.rs': loud,
  };
  const under = (folder: string): Record<string, string> =>
    Object.fromEntries(Object.entries(crate).map(([name, text]) => [`${folder}/${name}`, text]));
  const json = '[dependencies]\nserde_json = "1"\n';
  const vendored = {
    'Cargo.toml': manifest(`${json}loud = "0.1"\n`),
    'src/lib.rs': lib,
    ...under('vendor/loud'),
    'vendor/loud/.cargo-checksum.json': '{"files":{}}',
  };

  test.each([
    [
      'modules',
      {
        'Cargo.toml': manifest('[dependencies.serde_json]\nversion = "1.0"\n'),
        'src/lib.rs': `mod loud;\n${lib}`,
        'src/loud.rs': loud,
      },
    ],
    [
      'a library elsewhere',
      {
        'Cargo.toml': manifest(`[lib]\npath = "loud/action.rs"\n\n${json}`),
        'loud/action.rs': `mod loud;\n${lib}`,
        'loud/loud.rs': loud,
      },
    ],
    ['a lone file', { 'hello.rs': `mod loud { ${loud} }\n${lib}` }],
  ])('may hold %s', (_, files) =>
    withRust(async (launcher) => {
      await launcher.load(await zipped(files));
      expect((await launcher.run({ text: 'a' })).json).toEqual(['A']);
    }),
  );

  test('with an error in a module names its file and line', () =>
    withRust(async (launcher) => {
      const files = {
        'Cargo.toml': manifest(json),
        'src/lib.rs': `mod loud;\n${lib}`,
        'src/loud.rs': '\nfn (',
      };
      expect((await launcher.init(await zipped(files))).error).toMatch(/src\/loud\.rs:2:5/);
    }));

  test(
    'with an error that cargo finds names its file and line',
    async () => {
      const lib = '\npub fn main(_: Vec<String>) { loud::quiet() }\n';
      const { code, stderr } = compile(await zipBytes({ ...vendored, 'src/lib.rs': lib }));
      expect(code).toBe(1);
      expect(stderr).toMatch(/error\[E0425\].*quiet[^]*src\/lib\.rs:2:37/);
    },
    cargoMs,
  );

  test('that lacks a crate says how to bring it', () =>
    withRust(async (launcher) => {
      const files = { 'Cargo.toml': manifest('[dependencies]\nloud = "1"\n'), 'src/lib.rs': lib };
      const { error } = await launcher.init(await zipped(files));
      expect(error).toMatch(/no matching package[^]*`loud`[^]*cargo vendor[^]*OW_INSTALL=1/);
    }));

  test(
    'is built without a network, and starts where no compiler is',
    () =>
      withFolder({}, async (folder) => {
        const bytes = await zipBytes(vendored);
        const { code, stdout, stderr } = compile(bytes, { prefix: ['unshare', '-n'] });
        expect([code, stderr]).toEqual([0, '']);
        const PATH = pathOf(folder, ['mkfifo', 'sh']);
        await withRust(
          async (launcher) => {
            await launcher.load({ code: stdout.toString('base64'), binary: true });
            expect((await launcher.run({ text: 'a' })).json).toEqual(['A']);
          },
          { env: { PATH } },
        );
      }),
    cargoMs,
  );
});

async function zipBytes(files: Readonly<Record<string, string>>): Promise<Buffer> {
  return Buffer.from((await zipped(files)).code, 'base64');
}
