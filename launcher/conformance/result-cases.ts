import assert from 'node:assert/strict';

import { isError, isJson, load, returns, run, text } from './ask.ts';
import { table } from './subject.ts';

const badResult = 'The action did not return a dictionary or array.';
const badValue = 'The action did not receive a dictionary or array as an argument.';
const nested = { name: 'x', inner: { deep: [{ er: null }], yes: true, number: 1.5 } };

export const resultCases = table([
  {
    title: 'what goes in comes out, and the logs of each activation are ended',
    sentinels: 4,
    async check(client, { samples }) {
      await load(client, samples.echo);
      await returns(client, { string: 'hello' }, { string: 'hello' });
      await returns(client, { string: '❄ ☃ ❄ "\\\n\t' }, { string: '❄ ☃ ❄ "\\\n\t' });
      await returns(client, { numbers: [0, 1, -2.5] }, { numbers: [0, 1, -2.5] });
      await returns(client, nested, nested);
      const { stdout, stderr } = await client.logs();
      const end = 'XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\n';
      assert.equal(stdout, `hello stdout\n${end}`.repeat(4));
      assert.equal(stderr, `hello stderr\n${end}`.repeat(4));
    },
  },
  {
    title: 'an array goes in and out',
    sentinels: 1,
    async check(client, { samples }) {
      await load(client, samples.silent);
      await returns(client, ['a', 'b'], ['a', 'b']);
    },
  },
  {
    title: 'an array is a result',
    sentinels: 1,
    async check(client, { samples }) {
      await load(client, samples.list);
      await returns(client, {}, ['a', 'b']);
    },
  },
  {
    title: 'a result has a length, is not chunked, and ends without a newline',
    sentinels: 1,
    async check(client, { samples }) {
      await load(client, samples.silent);
      const reply = await run(client, { a: 'é' });
      assert.equal(reply.headers['content-length'], `${reply.bytes.length}`);
      assert.equal(reply.headers['transfer-encoding'], undefined);
      assert.match(String(reply.headers['content-type']), /^application\/json/);
      assert.equal(reply.bytes.at(-1), '}'.charCodeAt(0));
    },
  },
  {
    title: 'a result that is neither object nor array is refused',
    sentinels: 1,
    async check(client, { samples }) {
      await load(client, samples.text);
      isError(await run(client, {}), 502, badResult);
    },
  },
  {
    title: 'an object with an error is a result',
    sentinels: 1,
    async check(client, { samples }) {
      await load(client, samples.sorry);
      await returns(client, {}, { error: 'sorry' });
    },
  },
  {
    title: 'nothing returned is an empty object',
    needs: 'nothing',
    sentinels: 1,
    async check(client, { samples }) {
      assert(samples.nothing !== undefined);
      await load(client, samples.nothing);
      const reply = await run(client, {});
      assert.deepEqual([reply.status, text(reply)], [200, '{}']);
    },
  },
  {
    title: 'what is thrown is told as the language does',
    needs: 'throws',
    sentinels: 1,
    async check(client, { samples }) {
      assert(samples.throws !== undefined);
      await load(client, samples.throws);
      isError(await run(client, {}), samples.throws.status, samples.throws.error);
      assert.match((await client.logs()).stderr, samples.throws.log);
    },
  },
  {
    title: 'source, value, logs and result may hold any character',
    sentinels: 1,
    async check(client, { samples }) {
      await load(client, samples.snowman);
      await returns(client, { delimiter: '❄' }, { winter: '❄ ☃ ❄' });
      assert.match((await client.logs()).stdout, /❄ ☃ ❄/);
    },
  },
  {
    title: 'a value of 1 MiB comes back in at most five bytes more',
    sentinels: 1,
    async check(client, { samples, oneShot }) {
      await load(client, samples.silent);
      const value = { payload: 'a'.repeat(1_048_561) };
      const compact = JSON.stringify(value);
      const reply = await run(client, value);
      assert.equal(reply.status, 200);
      assert(reply.bytes.length <= compact.length + 5);
      assert.deepEqual(JSON.parse(text(reply)), value);
      if (!oneShot) assert(text(reply) === compact);
    },
  },
  {
    title: 'a run before init is refused, whatever its body is',
    sentinels: 0,
    async check(client) {
      for (const body of ['{}', '{"value":{}}', 'XXX', '', '{"value":"x"}']) {
        isError(await client.post('/run', body), 500, 'no action defined yet');
      }
    },
  },
  {
    title: 'no value is an empty object',
    sentinels: 5,
    async check(client, { samples }) {
      await load(client, samples.silent);
      for (const body of ['', 'null', '{}', '{"value":null}', '{"value":{}}']) {
        isJson(await client.post('/run', body), 200, {});
      }
    },
  },
  {
    title: 'a value that is a scalar is refused',
    sentinels: ({ oneShot }) => (oneShot ? 3 : 0),
    async check(client, { samples }) {
      await load(client, samples.echo);
      for (const value of ['x', 5, true]) isError(await run(client, value), 404, badValue);
      assert.doesNotMatch((await client.logs()).stdout, /hello/);
    },
  },
  {
    title: 'a body that is no JSON object is refused, and the action never sees it',
    sentinels: 1,
    async check(client, { samples }) {
      await load(client, samples.echo);
      isError(await client.post('/run', 'XXX'), 400, /line 1 column 1/);
      isError(await client.post('/run', '{"value":{}'), 400, /line 1 column 12/);
      isError(await client.post('/run', '[]'), 400, /array/);
      await returns(client, { a: 1 }, { a: 1 });
      assert.equal((await client.logs()).stdout.split('hello stdout').length, 2);
    },
  },
  {
    title: 'a body that spans lines is one activation',
    sentinels: 1,
    async check(client, { samples }) {
      await load(client, samples.silent);
      const body = '{\r\n\t"value": {\n  "a": [1,\n2]\n}\n}\n';
      isJson(await client.post('/run', body), 200, { a: [1, 2] });
    },
  },
  {
    title: 'an action that ends its process is told so, and the next activation works',
    sentinels: 3,
    async check(client, { samples, oneShot }) {
      await load(client, samples.crash);
      await returns(client, { a: 1 }, { a: 1 });
      const reply = await run(client, { crash: true });
      if (oneShot) isError(reply, 502, badResult);
      else isError(reply, 400, /^command exited/);
      await returns(client, { a: 2 }, { a: 2 });
    },
  },
]);
