import { describe, expect, test } from '@jest/globals';

import { environments } from '../../support/websocket-actions.ts';
import { Client, servingAction } from '../../support/websocket.ts';

const id = '__OW_WEBSOCKET_ID';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type Variables = Record<string, string>;

describe.each(Object.entries(environments))('An action in %s', (language, code) => {
  test('learns of each connection what it is, and has forgotten it in the next /run', () =>
    servingAction(
      language,
      code,
      async (launcher) => {
        const container = (await launcher.run()).json as Variables;
        const first = await Client.connect(launcher, { path: '/ws?room=a%20b&token=x&n=1&n=2' });
        const second = await Client.connect(launcher);
        const one = (await first.ask({})) as Variables;
        const two = (await second.ask({})) as Variables;
        expect(one).toEqual({
          ...container,
          [id]: expect.stringMatching(uuid),
          __OW_WEBSOCKET_PATH: '/ws',
          __OW_WEBSOCKET_QUERY: 'room=a+b&n=1&n=2',
          __OW_WEBSOCKET_REMOTE: '127.0.0.1',
        });
        expect(two).toMatchObject({ __OW_WEBSOCKET_PATH: '/ws', __OW_WEBSOCKET_QUERY: '' });
        expect(two[id]).not.toBe(one[id]);
        expect(await first.ask({})).toEqual(one);
        expect((await launcher.run()).json).toEqual(container);
        await first.close();
        await second.close();
      },
      { OW_WEBSOCKET: '/ws' },
    ));

  test('never sees the token', () =>
    servingAction(
      language,
      code,
      async (launcher) => {
        const client = await Client.connect(launcher, { path: '/ws?token=hush-1&a=1' });
        client.send({});
        const { text, json } = await client.next();
        expect(text).not.toContain('hush-1');
        expect(json).toMatchObject({ __OW_WEBSOCKET_QUERY: 'a=1' });
        expect((await launcher.run()).text).not.toContain('hush-1');
        await client.close();
      },
      { OW_WEBSOCKET_TOKEN: 'hush-1' },
    ));
});

describe('A query', () => {
  test('of signs that break out of texts stays a text', () =>
    servingAction('python', environments['python'] ?? '', async (launcher) => {
      const path = '/ws?a=%22%7D%0A%7B&b=%5C&c=%ff';
      const client = await Client.connect(launcher, { path });
      const { __OW_WEBSOCKET_QUERY: query = '' } = (await client.ask({})) as Variables;
      expect(new URLSearchParams(query).get('a')).toBe('"}\n{');
      expect(new URLSearchParams(query).get('b')).toBe('\\');
      await client.close();
    }));
});
