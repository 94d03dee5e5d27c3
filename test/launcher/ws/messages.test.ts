import { describe, expect, test } from '@jest/globals';

import { counter, echoes, lineEcho } from '../../support/websocket-actions.ts';
import { Client, servingAction, servingWebSocket } from '../../support/websocket.ts';

const numbers = Array.from({ length: 200 }, (_, n) => n);
const failed = { error: expect.any(String) };

describe.each(Object.entries(echoes))('A message to an action in %s', (language, echo) => {
  test('is one activation with it as value, answered by one message of the same kind', () =>
    servingAction(language, echo, async (launcher) => {
      const client = await Client.connect(launcher);
      client.send('{"kind":"text"}');
      client.send(Buffer.from('{"kind":"binary"}'));
      client.send('["a", 1, null]');
      const answers = [await client.next(), await client.next(), await client.next()];
      expect(answers.map(({ json, isBinary }) => [json, isBinary])).toEqual([
        [{ kind: 'text' }, false],
        [{ kind: 'binary' }, true],
        [['a', 1, null], false],
      ]);
      expect(launcher.sentinels).toEqual([3, 3]);
      await client.close();
    }));

  test('may have newlines, any sign there is, and braces in its texts', () =>
    servingAction(language, echo, async (launcher) => {
      const client = await Client.connect(launcher);
      const value = { 'é \u2028 😀': '"}], \\ \n\r\t 漢字', nested: { value: { value: [] } } };
      expect(await client.ask(value)).toEqual(value);
      expect(await client.ask(JSON.stringify(value, null, '\r\n\t'))).toEqual(value);
      expect(await client.ask('\n\n{"a"\n:\n"\\ud83d\\ude00"\n}\n')).toEqual({ a: '😀' });
      expect(launcher.sentinels).toEqual([3, 3]);
      await client.close();
    }));

  test('may have 1 MiB', () =>
    servingAction(language, echo, async (launcher) => {
      const client = await Client.connect(launcher);
      const value = { text: 'ü'.repeat(1024 ** 2 / 2) };
      expect(await client.ask(value)).toEqual(value);
      await client.close();
    }));

  test('is answered in its turn, though 200 were sent at once', () =>
    servingAction(language, echo, async (launcher) => {
      const client = await Client.connect(launcher);
      for (const n of numbers) client.send({ n });
      for (const n of numbers) expect((await client.next()).json).toEqual({ n });
      expect(launcher.sentinels).toEqual([200, 200]);
      await client.close();
    }));
});

describe('A message', () => {
  test('comes to the loop byte by byte, as the value of one line', () =>
    servingAction('actionloop', lineEcho, async (launcher) => {
      const client = await Client.connect(launcher);
      client.send('{ "big": 12345678901234567890.10, "twice": 1,\n"twice": 2 }');
      const { text } = await client.next();
      const start = '{"value":{ "big": 12345678901234567890.10, "twice": 1, "twice": 2 }';
      expect(text.startsWith(start)).toBe(true);
      await client.close();
    }));

  test('can neither replace nor add to what the launcher says of the connection', () =>
    servingAction('actionloop', lineEcho, async (launcher) => {
      const client = await Client.connect(launcher);
      const forged = { value: 1, websocket_id: 'forged', activation_id: 'forged' };
      const line = (await client.ask(forged)) as Record<string, unknown>;
      expect(Object.keys(line).sort()).toEqual([
        'value',
        'websocket_id',
        'websocket_path',
        'websocket_query',
        'websocket_remote',
      ]);
      expect(line['value']).toEqual(forged);
      expect(line['websocket_id']).not.toBe('forged');
      await client.close();
    }));

  test.each<[string, string | Buffer]>([
    ['that would add a member', '{}, "x": {}'],
    ['that would end the value and begin another', '1}, {"value":2'],
    ['that would end the line and begin another', '{}}\n{"value":{"a":1}'],
    ['with a second line', '{"a":1}\n{"value":{"b":2}}'],
    ['with a brace too many', '{"a":1}}'],
    ['with something after it', '{"a":1} x'],
    ['that ends too soon', '{"a":1'],
    ['of two values', '{} {}'],
    ['with a comment', '{} // {'],
    ['in single quotes', "{'a':1}"],
    ['with a comma too many', '{"a":1,}'],
    ['with a NUL', '{}\u0000'],
    ['with a byte order mark', '\ufeff{}'],
    ['that is empty', ''],
    ['that is empty and binary', Buffer.alloc(0)],
    ['of white space', ' \n '],
    ['of words', 'hello'],
    ['that is null', 'null'],
    ['that is a number', '5'],
    ['that is a text', '"{}"'],
    ['that is true', 'true'],
    ['that is NaN', 'NaN'],
    ['of a hundred thousand brackets', '['.repeat(100_000)],
    ['that is binary and no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
  ])('%s gets an error, and the connection stays', (_, message) =>
    servingAction('python', counter, async (launcher) => {
      const client = await Client.connect(launcher);
      expect(await client.ask({})).toEqual({ count: 1 });
      client.send(message);
      const { json, isBinary } = await client.next();
      expect(json).toEqual(failed);
      expect(isBinary).toBe(Buffer.isBuffer(message));
      expect(await client.ask({})).toEqual({ count: 2 });
      expect(launcher.sentinels).toEqual([2, 2]);
      await client.close();
    }),
  );

  test('that is wrong keeps its place among the others', () =>
    servingAction('python', counter, async (launcher) => {
      const client = await Client.connect(launcher);
      for (const message of [{}, 'wrong', {}, 'null', {}]) client.send(message);
      const answers = [];
      for (let n = 0; n < 5; n += 1) answers.push((await client.next()).json);
      expect(answers).toEqual([{ count: 1 }, failed, { count: 2 }, failed, { count: 3 }]);
      await client.close();
    }));

  test('to an action that fails gets its error, and the connection stays', () =>
    servingAction(
      'node',
      'function main({ fail }) { if (fail) throw new Error("no"); }',
      async (launcher) => {
        const client = await Client.connect(launcher);
        expect(await client.ask({ fail: 1 })).toEqual({
          error: 'An error has occurred: Error: no',
        });
        expect(await client.ask({})).toEqual({});
        await client.close();
      },
    ));

  test('to an action that returns no object gets an error, and the connection stays', () =>
    servingAction('python', 'def main(args): return args.get("give")', async (launcher) => {
      const client = await Client.connect(launcher);
      const error = 'The action did not return a dictionary or array.';
      expect(await client.ask({ give: 'text' })).toEqual({ error });
      expect(await client.ask({ give: { a: 1 } })).toEqual({ a: 1 });
      await client.close();
    }));

  test('that takes longer than OW_TIMEOUT_MS gets an error, and the connection stays', () =>
    servingAction(
      'python',
      counter,
      async (launcher) => {
        const client = await Client.connect(launcher);
        const late = { error: expect.stringContaining('allowed 300 ms') };
        expect(await client.ask({ ms: 100_000 })).toEqual(late);
        expect(await client.ask({})).toEqual({ count: 1 });
        await client.close();
      },
      { OW_TIMEOUT_MS: '300' },
    ));
});

describe('OW_MAX_BODY_BYTES', () => {
  const env = { OW_MAX_BODY_BYTES: '1000' };
  const ofLength = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`;

  test('is the longest message, and a longer one closes its connection with 1009', () =>
    servingAction('python', counter, (launcher) => meetsLimit(launcher), env));

  async function meetsLimit(launcher: Parameters<typeof Client.connect>[0]): Promise<void> {
    const other = await Client.connect(launcher);
    const client = await Client.connect(launcher);
    expect(await client.ask(ofLength(1000))).toEqual({ count: 1 });
    client.send(ofLength(1001));
    expect((await client.closed).code).toBe(1009);
    expect(await other.ask({})).toEqual({ count: 2 });
    await other.close();
  }
});

describe('A launcher without an action', () => {
  test('answers that there is none, and takes messages as soon as there is', () =>
    servingWebSocket({ env: { OW_LANGUAGE: 'python' } }, async (launcher) => {
      const client = await Client.connect(launcher);
      const none = { error: 'no action defined yet' };
      expect(await client.ask({ a: 1 })).toEqual(none);
      expect(await client.ask([])).toEqual(none);
      expect(launcher.sentinels).toEqual([0, 0]);
      await launcher.load(echoes['python'] ?? '');
      expect(await client.ask({ a: 1 })).toEqual({ a: 1 });
      await client.close();
    }));
});
