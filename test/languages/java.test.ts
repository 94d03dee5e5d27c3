import { describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { languagesFolder } from '../../launcher/paths.ts';
import { zip } from '../support/archives.ts';
import { compile, pathOf, zipped } from '../support/compiling.ts';
import { withFolder } from '../support/folders.ts';
import { tryToConnect } from '../support/http.ts';
import { serving } from '../support/launcher.ts';
import type { Launcher, LauncherOptions } from '../support/launcher.ts';

const isInstalled = spawnSync('java', ['--version']).status === 0;
const suite = isInstalled || process.env['CI'] === 'true' ? describe : describe.skip;
if (!isInstalled) test.skip('java is not installed', () => undefined);

const gson = join(languagesFolder, 'java/prepared/gson.jar');
const withJava = (
  body: (launcher: Launcher) => Promise<void>,
  { env, ...options }: LauncherOptions = {},
): Promise<void> => serving({ ...options, env: { OW_LANGUAGE: 'java', ...env } }, body);

const imports = 'import com.google.gson.*;\nimport java.util.*;\n';
/** Line 4 is the first one of the body. */
const action = (...body: string[]): string =>
  [`${imports}public class Hello {`, ...body, '}', ''].join('\n');
/** The method that a class of the platform's documentation has; line 5 is its first one. */
const main = (...body: string[]): string =>
  action('  public static JsonObject main(JsonObject args) throws Exception {', ...body, '  }');
const echo = main('    return args;');

/** Compiles and packs, as people do who send a jar. */
function jarOf(sources: Readonly<Record<string, string>>, manifest = ''): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'jar-'));
  try {
    for (const [name, text] of Object.entries(sources)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const files = Object.keys(sources).map((name) => join(folder, name));
    const compiler = ['-m', 'jdk.compiler/com.sun.tools.javac.Main', '-cp', gson];
    const classes = join(folder, 'classes');
    execFileSync('java', [...compiler, '-d', classes, ...files]);
    const names = execFileSync('find', ['.', '-type', 'f'], { cwd: classes, encoding: 'utf8' });
    const entries = names
      .trim()
      .split('\n')
      .map((name) => name.slice(2));
    const members = entries.map((name) => [name, readFileSync(join(classes, name))] as const);
    const head = { 'META-INF/MANIFEST.MF': `Manifest-Version: 1.0\n${manifest}\n` };
    return zip({ ...head, ...Object.fromEntries(members) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

suite('A Java action', () => {
  test.each([
    ['an object', 'JsonObject main(JsonObject args) { return args; }', { a: 1 }, { a: 1 }],
    ['an array', 'JsonArray main(JsonArray args) { return args; }', [1, 'b'], [1, 'b']],
    ['any element', 'JsonElement main(JsonElement args) { return args; }', [null], [null]],
    [
      'a map',
      'Map<String, Object> main(Map<String, Object> args) { return args; }',
      { a: [1, 2.5, null], b: { c: 'd' } },
      { a: [1, 2.5, null], b: { c: 'd' } },
    ],
    ['a list', 'List<Integer> main(List<Integer> args) { return args; }', [3, 4], [3, 4]],
    [
      'objects of its own',
      'Sum main(Pair args) { Sum s = new Sum(); s.sum = args.a + args.b; return s; }' +
        ' static class Pair { int a, b; } static class Sum { int sum; }',
      { a: 1, b: 2 },
      { sum: 3 },
    ],
    ['nothing', 'void main(JsonObject args) {}', { a: 1 }, {}],
  ])('may take and return %s', (_, method, value, result) =>
    withJava(async (launcher) => {
      await launcher.load(action(`  public static ${method}`));
      const { status, json } = await launcher.run(value);
      expect([status, json]).toEqual([200, result]);
    }),
  );

  test('is asked by the method that fits the value, whatever the one before was', () =>
    withJava(async (launcher) => {
      await launcher.load(
        action(
          '  public static JsonObject main(JsonObject args) { args.addProperty("n", 1); return args; }',
          '  public static JsonArray main(JsonArray args) { args.add("n"); return args; }',
          '  public static void main(String[] args) { throw new Error("never"); }',
        ),
      );
      for (let round = 0; round < 2; round += 1) {
        expect((await launcher.run({ a: 0 })).json).toEqual({ a: 0, n: 1 });
        expect((await launcher.run(['a'])).json).toEqual(['a', 'n']);
      }
    }));

  test('that takes objects alone says so of an array, and goes on', () =>
    withJava(async (launcher) => {
      await launcher.load(echo);
      const { status, error } = await launcher.run([1]);
      expect([status, error]).toEqual([200, 'Hello.main(com.google.gson.JsonArray)']);
      expect(launcher.stderr.actionText).toMatch(/^java\.lang\.NoSuchMethodException: Hello\.main/);
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
    }));

  test('gets and returns JSON to the digit and the character', () =>
    withJava(async (launcher) => {
      await launcher.load(echo);
      const texts = [
        '1.0',
        '-0',
        '1e400',
        '12345678901234567890',
        '"\\ud800 ☃ 😀 é"',
        '"?\\udc00"',
      ];
      const value = `{"a":[${texts.join(',')},"\\u0000\\u001f\\"\\\\\\b\\f\\n\\r\\t/"],"":{},"null":null}`;
      const { text } = await launcher.post('/run', `{ "value" : ${value}\n}`);
      expect(text).toBe(value);
    }));

  test('gets the keys of objects as they are, in whatever order', () =>
    withJava(async (launcher) => {
      await launcher.load(echo);
      const objects = [
        ...['{"a":1,"b":2}', '{"a":1,"b":2}', '{"b":1,"a":2}', '{"ab":1}', '{"a":{"b":1},"b":2}'],
        ...['{"a\\\\":1}', '{"a\\":1,":2}', '{"a\\\\":3}', '{"é":1,"a":2}', '{"é":1,"":2}'],
      ];
      const value = `{"a":[${objects.join(',')}]}`;
      for (const spaced of [value, value.replaceAll(':', ' : '), value]) {
        const { json } = await launcher.post('/run', `{"value":${spaced}}`);
        expect(json).toEqual(JSON.parse(spaced));
      }
    }));

  test('may be of Java 17: records, switches, texts of several lines', () =>
    withJava(async (launcher) => {
      await launcher.load(
        action(
          '  record Point(int x, int y) {}',
          '  public static Map<String, Object> main(Map<String, Object> args) {',
          '    var point = new Point(1, 2);',
          '    return Map.of("sum", switch (point.x()) { case 1 -> point.x() + point.y(); default -> 0; });',
          '  }',
        ),
      );
      expect((await launcher.run()).json).toEqual({ sum: 3 });
    }));
});

suite('The entry point of a Java action', () => {
  const two = `package com.example;\n${echo.replace('Hello', 'Other')}`;

  test.each([
    ['package.Class', 'com.example.Other'],
    ['package.Class#method', 'com.example.Other#main'],
    ['a trailing # for main', 'com.example.Other#'],
    ['#method of the only class', '#main'],
  ])('may be %s', (_, name) =>
    withJava(async (launcher) => {
      await launcher.load({ code: two, main: name });
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
    }),
  );

  test('need not be said where one class has it, or one public class', () =>
    withJava(async (launcher) => {
      const helper =
        'class Helper { public static JsonObject main(JsonObject a) { return null; } }';
      await launcher.load(`${echo}${helper}\nclass Third {}`);
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
    }));

  const source =
    'package example;\n' +
    imports +
    'public class HelloWhisk { public static JsonObject hello(JsonObject args) { return args; } }';
  const missingClass = (name: string): string =>
    `Exception in thread "main" java.lang.ClassNotFoundException: ${name}`;
  const missingMethod = (name: string): string =>
    `Exception in thread "main" java.lang.NoSuchMethodException: example.HelloWhisk.${name}(com.google.gson.JsonObject)`;

  test.each([
    ['', missingMethod('main')],
    ['x', missingClass('example.HelloWhiskx')],
    ['!', missingClass('example.HelloWhisk!')],
    ['#', missingMethod('main')],
    ['#main', missingMethod('main')],
    ['#bogus', missingMethod('bogus')],
  ])('has to be there: HelloWhisk%s is not', (suffix, error) =>
    withJava(async (launcher) => {
      const jar = await jarOf({ 'example/HelloWhisk.java': source });
      const code = { code: jar.toString('base64'), binary: true };
      const answer = await launcher.init({ ...code, main: `example.HelloWhisk${suffix}` });
      expect([answer.status, answer.error]).toEqual([502, error]);
      expect(launcher.stdout.text + launcher.stderr.text).toBe('');
      await launcher.load({ ...code, main: 'example.HelloWhisk#hello' });
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
    }),
  );

  test('has to be said where two classes have it', () =>
    withJava(async (launcher) => {
      const answer = await launcher.init(
        await zipped({
          'A.java': echo.replace('Hello', 'A'),
          'B.java': echo.replace('Hello', 'B'),
        }),
      );
      expect(answer.status).toBe(502);
      expect(answer.error).toBe('Say which main is meant: A#main or B#main.');
    }));
});

suite('A Java action that does not compile', () => {
  test('is refused with the lines of its author', () =>
    withJava(async (launcher) => {
      const answer = await launcher.init(main('    return args', '    // no semicolon'));
      expect(answer.status).toBe(502);
      expect(answer.error).toMatch(/^Hello\.java:5: error: ';' expected\n {4}return args\n/);
      expect(launcher.stdout.text + launcher.stderr.text).toBe('');
    }));

  test('is refused by the path in its archive', () =>
    withJava(async (launcher) => {
      const answer = await launcher.init(
        await zipped({
          'Hello.java': echo,
          'com/example/Broken.java': 'package com.example;\nclass Broken {\n  int i = "text";\n}\n',
        }),
      );
      expect(answer.error).toMatch(/^com\/example\/Broken\.java:3: error: incompatible types/);
    }));

  test('is refused by the line that is no UTF-8, but not for a mark before the first one', () =>
    withJava(async (launcher) => {
      const latin = Buffer.from(echo.replace('return', '/* caf\u00e9 */ return'), 'latin1');
      const answer = await launcher.init(await zipped({ 'Hello.java': latin }));
      expect(answer.error).toBe('Hello.java:5: error: expected UTF-8, got another encoding\n');
      await launcher.load(await zipped({ 'Hello.java': `\uFEFF${echo}` }));
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
    }));

  test('may have warnings', () =>
    withJava(async (launcher) => {
      await launcher.load(
        main('    List raw = new ArrayList(); raw.add(new Date(1, 1, 1)); return args;'),
      );
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
      expect(launcher.stderr.actionText).toBe('');
    }));

  test('and one that fails while it is loaded, with its own stack', () =>
    withJava(async (launcher) => {
      const answer = await launcher.init(
        action('  static int i = 1 / 0;', '  public static void main(JsonObject args) {}'),
      );
      expect(answer.status).toBe(502);
      expect(answer.error).toMatch(
        /^cannot start action: Exception in thread "main" java\.lang\.ExceptionInInitializerError\nCaused by: java\.lang\.ArithmeticException: \/ by zero\n\tat Hello\.<clinit>\(Hello\.java:4\)\n$/,
      );
    }));
});

suite('An archive of Java', () => {
  const reads = (how: string): string =>
    main(
      `    args.addProperty("text", new String(${how}.readAllBytes()).trim());`,
      '    return args;',
    );

  test('of classes finds its resources and its jars', () =>
    withJava(async (launcher) => {
      const library = await jarOf({
        'lib/Greeting.java':
          'package lib; public class Greeting { public static String text = "hi"; }',
      });
      const archive = await zipped({
        'Hello.java': reads('Hello.class.getResourceAsStream("/deep/data.txt")').replace(
          '.trim()',
          '.trim() + lib.Greeting.text',
        ),
        'deep/data.txt': 'data ',
        'lib/greeting.jar': library,
      });
      await launcher.load(archive);
      expect((await launcher.run()).json).toEqual({ text: 'datahi' });
    }));

  test.each([
    ['unpacked', {}],
    ['whole, where OW_SAVE_JAR is set', { OW_SAVE_JAR: 'exec.jar' }],
  ])('loads classes by name through the current and the thread class loader: %s', (_, env) =>
    withJava(
      async (launcher) => {
        const one = `package example; ${imports} public class EntryPoint {
  private final static String CLASS_TO_LOAD = "example.DynamicClass";
  public static JsonObject main(JsonObject args) throws Exception {
    Class<?> own = Class.forName(args.get("name").getAsString());
    Class<?> threads = Thread.currentThread().getContextClassLoader().loadClass("example.Other");
    JsonObject result = new JsonObject();
    result.addProperty("same", own == threads);
    result.addProperty("text", own.getMethod("text").invoke(null).toString());
    return result;
  }
}`;
        const other =
          'package example; public class Other { public static String text() { return "other"; } }';
        const sources = { 'example/EntryPoint.java': one, 'example/Other.java': other };
        const jar = await jarOf(sources, 'Main-Class: example.EntryPoint\n');
        await launcher.load({ code: jar.toString('base64'), binary: true });
        const expected = { same: true, text: 'other' };
        expect((await launcher.run({ name: 'example.Other' })).json).toEqual(expected);
      },
      { env },
    ),
  );

  test('is a project of Maven, if it looks like one', () =>
    withJava(async (launcher) => {
      await launcher.load(
        await zipped({
          'pom.xml': '<project/>',
          'src/main/java/Hello.java': reads('Hello.class.getResourceAsStream("/data.txt")'),
          'src/main/resources/data.txt': 'data',
          'src/test/java/HelloTest.java': 'does not compile',
        }),
      );
      expect((await launcher.run()).json).toEqual({ text: 'data' });
    }));

  test('has its root as working folder, also after an init that failed and for a second process', () =>
    withJava(async (launcher) => {
      const source = reads('new java.io.FileInputStream("data.txt")').replace(
        '    return args;',
        '    args.addProperty("folder", new java.io.File("").getAbsolutePath()); if (args.has("exit")) System.exit(1); return args;',
      );
      const files = { 'Hello.java': source, 'data.txt': 'data' };
      expect((await launcher.init(await zipped({ 'a.txt': '' }))).status).toBe(502);
      await launcher.load(await zipped(files));
      const expected = { text: 'data', folder: expect.stringMatching(/\/action-\w+\/src$/) };
      expect((await launcher.run()).json).toEqual(expected);
      expect((await launcher.run({ exit: true })).status).toBe(400);
      expect((await launcher.run()).json).toEqual(expected);
    }));

  test('that holds no class is told with what Java says of it', () =>
    withJava(async (launcher) => {
      const code = await zipped({
        'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n\n',
        'Hello.class': 'not a class',
      });
      const answer = await launcher.init({ ...code, main: 'Hello' });
      expect(answer.status).toBe(502);
      expect(answer.error).toContain('java.lang.ClassFormatError: Incompatible magic value');
    }));
});

suite('What a Java action does to its process:', () => {
  test('what it throws is an error with its own stack in the logs', () =>
    withJava(async (launcher) => {
      await launcher.load(
        main(
          '    try { Object o = null; o.hashCode(); } catch (Exception e) {',
          '      throw new IllegalStateException("outer", e); } return args;',
        ),
      );
      const answer = await launcher.run();
      expect([answer.status, answer.error]).toEqual([200, 'outer']);
      const stack = launcher.stderr.actionText;
      expect(stack).toMatch(
        /^java\.lang\.IllegalStateException: outer\n\tat Hello\.main\(Hello\.java:6\)\nCaused by: java\.lang\.NullPointerException: .*\n\tat Hello\.main\(Hello\.java:5\)\n$/,
      );
    }));

  test('null is told as Apache does: an error with status 200, and a line on stdout', () =>
    withJava(async (launcher) => {
      await launcher.load(main('    return null;'));
      const answer = await launcher.run();
      expect([answer.status, answer.error]).toEqual([200, 'The action returned null.']);
      expect(launcher.stdout.actionText).toBe('The action returned null.\n');
    }));

  test.each([
    ['recurses for ever', 'return main(args);', 'java.lang.StackOverflowError'],
    [
      'takes all memory',
      'List<long[]> all = new ArrayList<>(); for (;;) all.add(new long[Integer.MAX_VALUE - 8]);',
      'Java heap space',
    ],
    [
      'returns a number that JSON lacks',
      'args.addProperty("n", Double.NaN); return args;',
      'JSON has no number NaN',
    ],
    [
      'nests too deep',
      'JsonArray a = new JsonArray(); for (int i = 0; i < 200000; i += 1) { JsonArray b = new JsonArray(); b.add(a); a = b; } args.add("a", a); return args;',
      'java.lang.StackOverflowError',
    ],
  ])('it %s, and goes on', (_, body, error) =>
    withJava(async (launcher) => {
      await launcher.load(main(`    if (args.has("well")) return args;`, `    ${body}`));
      for (let round = 0; round < 2; round += 1) {
        const answer = await launcher.run();
        expect([answer.status, answer.error]).toEqual([200, error]);
        expect((await launcher.run({ well: true })).json).toEqual({ well: true });
      }
    }),
  );

  test.each([
    ['System.exit(3);', /^command exited: .*3/],
    ['Runtime.getRuntime().halt(4);', /^command exited: .*4/],
  ])('it ends it with %s, and what it printed stays', (exit, error) =>
    withJava(async (launcher) => {
      await launcher.load(
        main(
          '    System.out.print("last words"); System.err.println("last error");',
          `    if (args.has("exit")) ${exit}`,
          '    return args;',
        ),
      );
      const answer = await launcher.run({ exit: true });
      expect(answer.status).toBe(400);
      expect(answer.error).toMatch(error);
      expect(launcher.stdout.actionText).toBe('last words');
      expect(launcher.stderr.actionText).toBe('last error\n');
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
    }),
  );

  test('neither it nor its children can read the next activation or write an answer', () =>
    withJava(async (launcher) => {
      await launcher.load(
        main(
          '    new java.io.FileOutputStream("/dev/fd/3").write("1 {\\"stray\\":true}\\n".getBytes());',
          '    Process cat = new ProcessBuilder("cat").inheritIO().start();',
          '    args.addProperty("cat", cat.waitFor());',
          '    args.addProperty("read", System.in.read());',
          '    return args;',
        ),
      );
      for (const n of [1, 2, 3]) {
        expect((await launcher.run({ n })).json).toEqual({ n, cat: 0, read: -1 });
      }
    }));

  test('closed streams and threads that go on do not matter', () =>
    withJava(async (launcher) => {
      await launcher.load(
        main(
          '    new Thread(() -> { try { Thread.sleep(600000); } catch (Exception e) {} }).start();',
          '    System.out.println("one"); System.out.close(); System.err.close(); System.setOut(null);',
          '    return args;',
        ),
      );
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
      expect((await launcher.run({ a: 1 })).error).toMatch(/null/);
      expect(launcher.stdout.actionText).toBe('one\n');
    }));

  test('the environment of an activation is what it and its children see, and gone in the next', () =>
    withJava(async (launcher) => {
      const child =
        '    ProcessBuilder b = new ProcessBuilder("sh", "-c", "echo $__OW_NAMESPACE $A"); b.environment();';
      await launcher.load({
        code: main(
          child,
          '    args.addProperty("child", new String(b.start().getInputStream().readAllBytes()).trim());',
          '    args.addProperty("one", System.getenv("__OW_NAMESPACE"));',
          '    args.addProperty("all", System.getenv().keySet().stream().filter(n -> n.startsWith("__OW_N")).count());',
          '    return args;',
        ),
        env: { A: 'a' },
      });
      const first = await launcher.run({}, { namespace: 'guest', 'no=name': 'x' });
      expect(first.json).toEqual({ child: 'guest a', one: 'guest', all: 1 });
      expect((await launcher.run()).json).toEqual({ child: 'a', one: null, all: 0 });
    }));
});

suite('Java ahead of time', () => {
  const files = {
    'com/example/Hello.java':
      `package com.example;\n${imports}` +
      'public class Hello { public static JsonObject niam(JsonObject args) throws Exception {\n' +
      '  System.out.println("hello");\n' +
      '  args.addProperty("data", new String(Hello.class.getResourceAsStream("/data.txt").readAllBytes()));\n' +
      '  return args; } }',
    'data.txt': 'data',
  };
  const result = { data: 'data' };

  test('starts with no compiler, no network, and remembers its main', async () => {
    const args = ['--language', 'java', '--main', 'com.example.Hello#niam'];
    const { code, stdout, stderr } = compile(await zip(files), {
      args,
      prefix: ['unshare', '-n'],
    });
    expect([code, stderr]).toEqual([0, '']);
    await withJava(async (launcher) => {
      await launcher.load({ code: stdout.toString('base64'), binary: true });
      expect((await launcher.run()).json).toEqual(result);
    });
    // Told by its exec.env alone.
    await serving({}, async (launcher) => {
      await launcher.load({ code: stdout.toString('base64'), binary: true });
      expect((await launcher.run()).json).toEqual(result);
    });
  });

  test('starts under a launcher that only knows ActionLoop', async () => {
    const args = ['--language', 'java', '--main', 'com.example.Hello#niam'];
    const { stdout } = compile(await zip(files), { args });
    const env = { OW_WAIT_FOR_ACK: '1', OW_LANGUAGE: 'actionloop' };
    await serving({ env }, async (launcher) => {
      await launcher.load({ code: stdout.toString('base64'), binary: true });
      expect((await launcher.run()).json).toEqual(result);
      expect((await launcher.run([])).error).toContain('JsonArray');
    });
  });

  test('tells what does not compile, and a main that is not there', () => {
    const broken = compile('class Hello {', { args: ['--language', 'java'] });
    expect([broken.code, broken.stdout.length]).toEqual([1, 0]);
    expect(broken.stderr).toMatch(/Main\.java:1: error: reached end of file while parsing/);
    const lacking = compile(echo, { args: ['--language', 'java', '--main', 'Hello#niam'] });
    expect(lacking.stderr).toContain('java.lang.NoSuchMethodException: Hello.niam');
  });
});

suite('A Java action in dev', () => {
  test('runs under the debugger of the JVM with --inspect', () =>
    withFolder({ 'Hello.java': echo }, (folder) =>
      serving({ argv: ['dev', '--inspect', join(folder, 'Hello.java')] }, async (launcher) => {
        await launcher.stdout.contains('Ctrl-C ends it.');
        const address = /java debugger listens on 127\.0\.0\.1:(\d+)$/m;
        const socket = await tryToConnect(Number(address.exec(launcher.stdout.text)?.[1]));
        if (socket === undefined) throw new Error('nobody listens');
        socket.write('JDWP-Handshake');
        const [hello] = (await once(socket, 'data')) as [Buffer];
        socket.destroy();
        expect(hello.toString()).toBe('JDWP-Handshake');
        expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
        expect(launcher.stderr.text).toBe('');
      }),
    ));
});

suite('A machine for Java', () => {
  test('that has the JRE of Debian needs no JDK: javac is a module', () =>
    withFolder({}, (folder) => {
      const PATH = pathOf(folder, ['java', 'sh', 'dirname', 'mkfifo']);
      expect(existsSync(join(PATH, 'javac'))).toBe(false);
      return withJava(
        async (launcher) => {
          await launcher.load(echo);
          expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
        },
        { env: { PATH } },
      );
    }));

  test('that has no module of the compiler runs classes, and says so of sources', () => {
    const java = spawnSync('sh', ['-c', 'command -v java'], { encoding: 'utf8' }).stdout.trim();
    const limited = `#!/bin/sh\nexec ${java} --limit-modules=java.se "$@"\n`;
    return withFolder({ java: limited }, (folder) => {
      const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
      return withJava(
        async (launcher) => {
          const answer = await launcher.init(echo);
          expect(answer.status).toBe(502);
          expect(answer.error).toMatch(/^This Java has no compiler/);
          const jar = await jarOf({ 'Hello.java': echo });
          await launcher.load({ code: jar.toString('base64'), binary: true, main: 'Hello' });
          expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
        },
        { env },
      );
    });
  });
});
