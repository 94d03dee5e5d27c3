import { afterEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { zip } from '../support/archives.ts';
import { compile } from '../support/compiling.ts';
import { withFolder } from '../support/folders.ts';
import { serving } from '../support/launcher.ts';
import { type Code, LoopProcess, type LoopOptions } from '../support/loop-driver.ts';

let loop: LoopProcess | undefined;
afterEach(async () => {
  await loop?.dispose();
  loop = undefined;
});

const OK = { ok: true };
const greeting = '(args: { name: string }): { hello: string } => ({ hello: args.name })';
const typed = (options?: LoopOptions) => (loop = new LoopProcess('node', options));

/** Loads the files of an archive, asks once, and returns the answer. */
async function answerOf(files: Record<string, string>, code?: Code): Promise<string> {
  const one = typed();
  expect(await one.loadFolder(files, code)).toEqual(OK);
  const answer = await one.ask({ name: 'you' });
  await one.end();
  expect(one.stderr.text).toBe('');
  return answer;
}

/** The processes whose parent is `pid`. */
function childrenOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'args=', '--ppid', `${pid}`]).toString();
  } catch {
    return ''; // ps fails where there is none
  }
}

describe('TypeScript in a single file finds', () => {
  it.each([
    [
      'an un-exported function',
      'function main(args: { name: string }) { return args }',
      'index.ts',
    ],
    ['an un-exported constant', 'const main = <T>(args: T): T => args;', 'index.ts'],
    ['an export', 'export function main(args: { name: string }) { return args }', 'index.ts'],
    ['a default export', 'export default (args: object) => args', 'index.ts'],
    ['an `export =`', 'export = { main: (args: object) => args }', 'index.ts'],
    ['exports.main', 'exports.main = (args: object) => args', 'index.ts'],
    ['a global', '(globalThis as any).main = (args: object) => args', 'index.ts'],
    [
      'an un-exported function under imports',
      'import path from "node:path"; import { type Stats, statSync } from "fs";\nfunction main(args: Stats) { statSync(path.sep); return args }',
      'index.ts',
    ],
    [
      'an enum',
      'enum Name { One = 1 }\nfunction main(args: any) { return Name.One && args }',
      'x.ts',
    ],
    [
      'a decorator',
      'const own = (_: unknown, __: unknown) => {};\nclass A { @own a() {} }\nfunction main(args: any) { new A(); return args }',
      'x.ts',
    ],
    ['an .mts file', 'import "node:fs"; export const main = (args: object) => args', 'index.mts'],
    [
      'a .cts file',
      'import fs = require("fs"); exports.main = (args: object) => fs && args',
      'index.cts',
    ],
    [
      'an await outside',
      'const one: number = await 1;\nexport const main = (args: object) => args',
      'x.ts',
    ],
    [
      'import.meta',
      'if (!import.meta.url.endsWith("/x.ts")) throw import.meta.url;\nexport const main = (args: object) => args',
      'x.ts',
    ],
    ['a #! line', '#!/usr/bin/env ts\nfunction main(args: object) { return args }', 'x.ts'],
    ['a byte order mark', '\uFEFFfunction main(args: object) { return args }', 'x.ts'],
    ['a type error', 'function main(args: number): string { return args }', 'x.ts'],
  ])('%s', async (_, source, entry) => {
    const one = typed();
    expect(await one.loadInline(source, { entry })).toEqual(OK);
    expect(await one.ask({ name: 'é☃' })).toBe('{"name":"é☃"}');
    expect(childrenOf(one.pid)).toBe('');
    expect(readdirSync(one.folder)).toEqual([entry]);
    await one.end();
    expect(one.stderr.text).toBe('');
  });
});

describe('TypeScript in an archive finds', () => {
  const main = `export const main = ${greeting}`;
  const helper = { 'lib/names.ts': 'export const name = (given: string): string => given + "!";' };
  const use = (how: string): string => `import { name } from '${how}';
    export const main = (args: { name: string }) => ({ hello: name(args.name) })`;

  it.each<[string, Record<string, string>, Code]>([
    ['index.ts', { 'index.ts': main }, {}],
    ['index.mts', { 'index.mts': main }, {}],
    ['the main of package.json', { 'package.json': '{"main":"src/a.ts"}', 'src/a.ts': main }, {}],
    ['a main without its ending', { 'package.json': '{"main":"src/a"}', 'src/a.ts': main }, {}],
    ['index.ts beside a package.json', { 'package.json': '{}', 'index.ts': main }, {}],
    ['a module by package.json', { 'package.json': '{"type":"module"}', 'index.ts': main }, {}],
    ['another file', { 'other.ts': main }, { main: 'other.main', entry: 'other.ts' }],
  ])('%s', async (_, files, code) => {
    expect(await answerOf(files, code)).toBe('{"hello":"you"}');
  });

  it.each<[string, Record<string, string>]>([
    ['without its ending', { 'index.ts': use('./lib/names') }],
    ['with its ending', { 'index.ts': use('./lib/names.ts') }],
    ['as the .js that it would become', { 'index.ts': use('./lib/names.js') }],
    ['from a module, without its ending', { 'index.mts': use('./lib/names') }],
    ['from a module, with its ending', { 'index.mts': use('./lib/names.ts') }],
    ['from a module, as .js', { 'index.mts': use('./lib/names.js') }],
  ])('a file of its own that is imported %s', async (_, files) => {
    expect(await answerOf({ ...files, ...helper })).toBe('{"hello":"you!"}');
  });

  it('a file that is imported when it is needed', async () => {
    const files = {
      'index.ts': `export async function main(args: { name: string }) {
        return { hello: (await import('./lib/names')).name(args.name) } }`,
      ...helper,
    };
    expect(await answerOf(files)).toBe('{"hello":"you!"}');
  });

  it('an index.ts of a folder, a JSON file, a package, and JavaScript beside it', async () => {
    const files = {
      'index.ts': `import { a } from './lib'; import b from './b.json'; import c from 'c'; import { d } from './d';
        import type { Nowhere } from './nowhere';
        export const main = () => ({ a, b, c, d, here: __dirname === process.cwd() })`,
      'lib/index.ts': 'export const a: number = 1',
      'b.json': '2',
      'node_modules/c/index.js': 'module.exports = 3',
      'd.js': 'exports.d = 4',
    };
    expect(await answerOf(files)).toBe('{"a":1,"b":2,"c":3,"d":4,"here":true}');
  });

  it.each(['index.ts', 'index.mts'])('an ES module of a package, from %s', async (name) => {
    const files = {
      [name]: 'import b, { a } from "only"; export const main = () => ({ a, b })',
      'node_modules/only/package.json': '{"type":"module","exports":"./index.js"}',
      'node_modules/only/index.js': 'export const a = 1; export default 2;',
    };
    expect(await answerOf(files)).toBe('{"a":1,"b":2}');
  });

  it('the decorators that its tsconfig.json asks for', async () => {
    const files = {
      'index.ts': `const seal = (target: Function) => { (target as any).sealed = true };
        @seal class A { static sealed?: boolean }
        export const main = () => ({ sealed: A.sealed })`,
      'tsconfig.json': '{"compilerOptions":{"experimentalDecorators":true,"target":"es5"}}',
    };
    expect(await answerOf(files)).toBe('{"sealed":true}');
  });
});

describe('TypeScript that is sent as a text', () => {
  const env = { OW_LANGUAGE: 'node' };

  it.each([
    ['a script', 'function main(args: { name: string }) { return { hello: args.name } }'],
    ['a module', `import type { A } from 'x';\nexport const main = ${greeting}`],
    ['a module that awaits', `const one: number = await 1;\nexport const main = ${greeting}`],
    ['an enum', 'enum A { B = "you" }\nfunction main() { return { hello: A.B } }'],
    [
      'an interface',
      `interface A { name: string }\nconst main = (args: A) => ({ hello: args.name })`,
    ],
  ])('is told by its not being JavaScript: %s', (_, code) =>
    serving({}, async (launcher) => {
      await launcher.load({ code, language: 'node' });
      expect((await launcher.run({ name: 'you' })).json).toEqual({ hello: 'you' });
      expect(launcher.stderr.actionText).toBe('');
    }),
  );

  it('starts from what compile makes of it', () => {
    const source = `type A = { name: string };\nexport const main = (args: A) => ({ hello: args.name });\n`;
    const { stdout, stderr } = compile(source, { args: ['--language', 'node'] });
    expect(stderr).toBe('');
    return serving({ env }, async (launcher) => {
      await launcher.load({ code: stdout.toString('base64'), binary: true });
      expect((await launcher.run({ name: 'you' })).json).toEqual({ hello: 'you' });
    });
  });

  it('is not what a text is that fails in both, and then the error is that of JavaScript', () =>
    serving({ env: { ...env, OW_LOG_INIT_ERROR: '0' } }, async (launcher) => {
      const { status, error } = await launcher.init('const a: = 1;\nfunction main( {');
      expect(status).toBe(502);
      expect(error).toMatch(/index\.js:1\nconst a: = 1;[^]*SyntaxError: Missing initializer/);
    }));

  it('is not what JavaScript is that fails while it loads: it runs once', () =>
    serving({ env }, async (launcher) => {
      expect((await launcher.init('console.log("once"); JSON.parse("{")')).status).toBe(502);
      expect((await launcher.init('console.log("once"); eval("a b")')).status).toBe(502);
      const module = 'import "node:fs"; console.log("once"); JSON.parse("{")';
      expect((await launcher.init(module)).status).toBe(502);
      expect(launcher.stdout.actionText).toBe('once\n'.repeat(3));
    }));
});

describe('What goes wrong in TypeScript tells its own file and line:', () => {
  const broken = 'interface A {\n  name: string;\n}\nexport function main( {\n';

  it.each<[string, Record<string, string>, string, string]>([
    ['a script', { 'index.ts': broken }, 'index.ts:5', 'SyntaxError: Expected identifier'],
    ['a module', { 'index.mts': broken }, 'index.mts:5', 'SyntaxError: Expected identifier'],
    [
      'a file that is imported',
      { 'index.ts': 'import "./a"; export const main = 1', 'a.ts': broken },
      'a.ts:5',
      'SyntaxError',
    ],
    [
      'a file that a module imports',
      { 'index.mts': 'import "./a"; export const main = 1', 'a.ts': broken },
      'a.ts:5',
      'SyntaxError',
    ],
    [
      'a throw at load',
      { 'index.ts': 'interface A {\n}\n\nthrow new Error("at load") as A' },
      'index.ts:4:7',
      'Error: at load',
    ],
    ['a missing module', { 'index.ts': '\nimport "nowhere"' }, "module 'nowhere'", 'index.ts:2'],
  ])('%s', async (_, files, place, text) => {
    const { error } = await typed().loadFolder(files);
    expect(error).toContain(place);
    expect(error).toContain(text);
    expect(error).not.toContain('languages/node');
  });

  it.each(['ts', 'mts', 'cts'])('a throw in an activation of a .%s file', async (ending) => {
    const one = typed();
    const source = `interface Long {
  one: string;
}
enum Color { Red, Green }
export async function main(args: Long): Promise<Long> {
  return fail(args, Color.Red);
}

function fail(args: Long, color: Color): Long {
  throw new TypeError(\`no \${args.one} \${color}\`);
}
`;
    expect(await one.loadFolder({ [`index.${ending}`]: source })).toEqual(OK);
    const { error } = JSON.parse(await one.ask({})) as { error: { stack: string } };
    expect(error.stack).toMatch(
      new RegExp(
        `^TypeError: no undefined 0\\n.*fail .*/index\\.${ending}:10:9\\)\\n.*main .*/index\\.${ending}:6:10\\)`,
      ),
    );
    expect(await one.stderr.contains(`index.${ending}:6:10`)).toContain('TypeError');
  });

  it('a throw in a file that is imported', async () => {
    const one = typed();
    const files = {
      'index.ts': `import { fail } from './fail';\nexport const main = () => fail('x')`,
      'fail.ts': `type A = string;\n\n\nexport function fail(a: A): never { throw new Error(a) }`,
    };
    expect(await one.loadFolder(files)).toEqual(OK);
    expect(await one.ask({})).toBe('!{"error":"An error has occurred: Error: x"}');
    expect(await one.stderr.contains('index.ts:2')).toMatch(/fail\.ts:4:\d+/);
  });
});

describe('A TypeScript action', () => {
  const files = {
    'hello.ts': `export function main${greeting.replace(' =>', '').replace('({', '{ return {').replace(/\)$/, ' }')}`,
    'hello.mts': `export const main = ${greeting}`,
    'hello.cts': `exports.main = ${greeting}`,
    'folder/index.ts': `import { hello } from './hello'; export const main = hello`,
    'folder/hello.ts': `export const hello = ${greeting}`,
    'package/package.json': '{"main":"src/index.ts"}',
    'package/src/index.ts': `export const main = ${greeting}`,
  };

  it.each(['hello.ts', 'hello.mts', 'hello.cts', 'folder', 'package'])(
    '%s is served from a folder that nobody can write to',
    (path) =>
      withFolder(files, async (folder) => {
        execFileSync('chmod', ['-R', 'a-w', folder]);
        try {
          await serving({ argv: ['serve', join(folder, path)] }, async (launcher) => {
            expect((await launcher.run({ name: 'you' })).json).toEqual({ hello: 'you' });
            expect(launcher.processes.length).toBe(1);
          });
          expect(readdirSync(folder)).toEqual([
            'folder',
            'hello.cts',
            'hello.mts',
            'hello.ts',
            'package',
          ]);
        } finally {
          execFileSync('chmod', ['-R', 'u+w', folder]);
        }
      }),
  );

  it('may come as a zip', () =>
    serving({}, async (launcher) => {
      const bytes = await zip({
        'index.ts': files['folder/index.ts'],
        'hello.ts': files['folder/hello.ts'],
      });
      await launcher.load({ code: bytes.toString('base64'), binary: true });
      expect((await launcher.run({ name: 'you' })).json).toEqual({ hello: 'you' });
    }));

  it('may come as a zip whose main names its file', () =>
    serving({ env: { OW_LANGUAGE: 'node' } }, async (launcher) => {
      const bytes = await zip({ 'other.ts': `export const niam = ${greeting}` });
      await launcher.load({ code: bytes.toString('base64'), binary: true, main: 'other.niam' });
      expect((await launcher.run({ name: 'you' })).json).toEqual({ hello: 'you' });
    }));
});

describe('esbuild', () => {
  it('is loaded by no JavaScript action, whatever it is', async () => {
    const loaded = `Object.keys(require.cache).filter((file) => /esbuild|typescript/.test(file))`;
    for (const source of [
      `function main() { return { loaded: ${loaded} } }`,
      `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);
       export const main = () => ({ loaded: ${loaded} })`,
    ]) {
      const one = typed();
      expect(await one.loadInline(source)).toEqual(OK);
      expect(await one.ask({})).toBe('{"loaded":[]}');
      await one.dispose();
    }
  });

  it('that is missing is asked for', () =>
    withFolder({}, (folder) => {
      const copy = join(folder, 'node');
      execFileSync('cp', ['-r', join(import.meta.dirname, '../../languages/node'), copy]);
      writeFileSync(join(folder, 'a.ts'), 'function main(args: object) {}');
      const line = { folder, entry: join(folder, 'a.ts'), main: 'main', inline: true, env: {} };
      const script = `${process.execPath} ${join(copy, 'loop.cjs')} 3>&1 >/dev/null`;
      const said = execFileSync('sh', ['-c', `${script}; true`], {
        input: `${JSON.stringify(line)}\n`,
        cwd: copy,
      });
      expect(said.toString()).toContain('needs esbuild beside the launcher: npm install esbuild');
      return Promise.resolve();
    }));
});
