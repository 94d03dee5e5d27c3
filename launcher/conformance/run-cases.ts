import { badRequest, badValue, commandExited, badResult, notInitialised } from './answers.ts';
import { isResult, refuses, returns, run } from './ask.ts';
import { expectNoMatch, expectSame } from './expect.ts';
import { table } from './subject.ts';

/** What `/run` takes and refuses, and what becomes of an action that ends. */
export const runCases = table([
  {
    title: 'a run before init is refused',
    from: 'runtimes',
    loads: 'none',
    sentinels: 0,
    elsewhere: [{ of: "the ruby 2.5 runtime and dockerskeleton's stub do", sentinels: 1 }],
    async check(client) {
      refuses(client, await client.post('/run', '{}'), notInitialised);
    },
  },
  {
    title: 'a run before init is refused, whatever its body is',
    from: 'own choice',
    loads: 'none',
    sentinels: 0,
    async check(client) {
      for (const body of ['{"value":{}}', 'XXX', '', '{"value":"x"}']) {
        refuses(client, await client.post('/run', body), notInitialised);
      }
    },
  },
  {
    title: 'no value is an empty object',
    from: 'runtimes',
    loads: 'silent',
    sentinels: 2,
    async check(client) {
      for (const body of ['{}', '{"value":{}}']) {
        isResult(await client.post('/run', body), {});
      }
    },
  },
  {
    title: 'no value is an empty object, and null is none, and so is no body',
    from: 'own choice',
    known: [
      { of: 'the Go proxy does, which leaves it to the loop', sign: /command exited/ },
      { of: 'the nodejs runtime does', sign: /500 .*Bad request/ },
    ],
    loads: 'silent',
    sentinels: 3,
    async check(client) {
      for (const body of ['', 'null', '{"value":null}']) {
        isResult(await client.post('/run', body), {});
      }
    },
  },
  {
    title: 'a value that is a scalar is refused',
    from: 'own choice',
    loads: 'echo',
    sentinels: ({ oneShot }) => (oneShot ? 3 : 0),
    async check(client) {
      for (const value of ['x', 5, true]) refuses(client, await run(client, value), badValue);
    },
    logs({ stdout }) {
      expectNoMatch(stdout, /hello/, 'stdout');
    },
  },
  {
    title: 'a body that is no JSON object is refused, and the action never sees it',
    from: 'own choice',
    known: [
      { of: 'the Go proxy does, which leaves it to the loop', sign: /command exited/ },
      { of: 'the nodejs runtime does, which takes an array for none', sign: /array.*got 200 \{\}/ },
    ],
    loads: 'echo',
    sentinels: 1,
    async check(client) {
      const faults: readonly (readonly [string, RegExp])[] = [
        ['XXX', /line 1 column 1/],
        ['{"value":{}', /line 1 column 12/],
        ['[]', /array/],
      ];
      for (const [body, error] of faults) {
        refuses(client, await client.post('/run', body), badRequest(error));
      }
      await returns(client, { a: 1 }, { a: 1 });
    },
    logs({ stdout }) {
      expectSame(stdout.split('hello stdout').length - 1, 1, 'how often stdout says hello');
    },
  },
  {
    title: 'a body that spans lines is one activation',
    from: 'own choice',
    loads: 'silent',
    sentinels: 1,
    async check(client) {
      const body = '{\r\n\t"value": {\n  "a": [1,\n2]\n}\n}\n';
      isResult(await client.post('/run', body), { a: [1, 2] });
    },
  },
  {
    title: 'two activations at once are both answered',
    from: 'own choice',
    known: [
      {
        of: 'the Go proxy does, which mixes or loses their answers',
        sign: /got 502|got 400|got no answer|the result/,
      },
      { of: 'the nodejs runtime does', sign: /403 .*System not ready/ },
    ],
    loads: 'silent',
    sentinels: 2,
    async check(client) {
      const both = [{ a: 1 }, { a: 2 }];
      await Promise.all(both.map((value) => returns(client, value, value)));
    },
  },
  {
    title: 'an action that ends its process is told so',
    from: 'runtimes',
    loads: 'crash',
    sentinels: 2,
    elsewhere: [{ of: 'the nodejs runtime does, which ends with its action', sentinels: 1 }],
    async check(client, { oneShot }) {
      await returns(client, { a: 1 }, { a: 1 });
      const reply = await run(client, { crash: true });
      refuses(client, reply, oneShot ? badResult : commandExited);
    },
  },
  {
    title: 'an action that ended its process is started anew',
    from: 'own choice',
    known: [
      { of: 'the Go proxy does', sign: /no action defined yet/ },
      { of: 'the nodejs runtime does, which ends with its action', sign: /no answer/ },
    ],
    loads: 'crash',
    sentinels: 2,
    async check(client) {
      await run(client, { crash: true });
      await returns(client, { a: 2 }, { a: 2 });
    },
  },
]);
