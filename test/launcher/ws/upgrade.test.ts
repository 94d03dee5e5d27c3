import { describe, expect, test } from '@jest/globals';

import { Launcher } from '../../support/launcher.ts';
import { openFiles, until } from '../../support/processes.ts';
import { echoes } from '../../support/websocket-actions.ts';
import { handshake, RawClient } from '../../support/websocket-raw.ts';
import { Client, refusal, servingAction, servingWebSocket, soon } from '../../support/websocket.ts';
import type { ClientOptions } from '../../support/websocket.ts';

const json = 'application/json';
const origins = 'https://good.example, other.example,https://port.example:8443';

/** A handshake that names its origin. */
function from(Origin: string): ClientOptions {
  return { headers: { Origin } };
}

describe('OW_WEBSOCKET_ORIGIN', () => {
  const env = { OW_WEBSOCKET_ORIGIN: origins };

  test.each([
    'https://good.example',
    'https://other.example',
    'http://other.example',
    'https://port.example:8443',
  ])('lets %s in', (origin) =>
    servingWebSocket({ env }, async (launcher) => {
      const client = await Client.connect(launcher, from(origin));
      await client.close();
    }),
  );

  test.each([
    'http://good.example',
    'https://good.example:8443',
    'https://good.example.evil.example',
    'https://evil.example/https://good.example',
    'https://sub.other.example',
    'https://port.example',
    'null',
    'not an origin',
  ])('refuses %s with 403, before the upgrade', (origin) =>
    servingWebSocket({ env }, async (launcher) => {
      const { status, type, json: body } = await refusal(launcher, from(origin));
      expect([status, type]).toEqual([403, json]);
      expect(body).toEqual({ error: expect.any(String) });
    }),
  );

  test('refuses who names no origin', () =>
    servingWebSocket({ env }, async (launcher) => {
      expect((await refusal(launcher)).status).toBe(403);
    }));

  test('that ends in a comma lets nobody in by that', () =>
    servingWebSocket({ env: { OW_WEBSOCKET_ORIGIN: 'good.example,' } }, async (launcher) => {
      expect((await refusal(launcher, from(''))).status).toBe(403);
      expect((await refusal(launcher, from('data:x'))).status).toBe(403);
    }));

  test('that is not set lets all in', () =>
    servingWebSocket({}, async (launcher) => {
      await (await Client.connect(launcher, from('https://anywhere.example'))).close();
      await (await Client.connect(launcher)).close();
    }));
});

describe('OW_WEBSOCKET_TOKEN', () => {
  const env = { OW_WEBSOCKET_TOKEN: 'pass+word ü/=' };
  const query = encodeURIComponent(env.OW_WEBSOCKET_TOKEN);

  test.each<[string, string, ClientOptions]>([
    ['in the header', 'secret', { headers: { Authorization: 'Bearer secret' } }],
    ['in the header, whatever its case', 'secret', { headers: { authorization: 'bearer secret' } }],
    ['in the query', 'secret', { path: '/ws?token=secret' }],
    ['in the query among others', 'secret', { path: '/ws?a=1&token=secret&b=2' }],
    ['in the query, with other signs', env.OW_WEBSOCKET_TOKEN, { path: `/ws?token=${query}` }],
  ])('lets who has it %s in', (_, token, options) =>
    servingWebSocket({ env: { OW_WEBSOCKET_TOKEN: token } }, async (launcher) => {
      await (await Client.connect(launcher, options)).close();
    }),
  );

  test.each<[string, ClientOptions]>([
    ['no token', {}],
    ['an empty one', { path: '/ws?token=' }],
    ['a wrong one in the query', { path: '/ws?token=secreT' }],
    ['a shorter one', { path: '/ws?token=secre' }],
    ['a longer one', { path: '/ws?token=secrets' }],
    ['one by another name', { path: '/ws?Token=secret' }],
    ['a wrong one in the header', { headers: { Authorization: 'Bearer public' } }],
    ['one of another scheme', { headers: { Authorization: 'Basic secret' } }],
    [
      'a wrong header and a right query',
      { path: '/ws?token=secret', headers: { Authorization: 'Bearer public' } },
    ],
  ])('refuses %s with 401, before the upgrade', (_, options) =>
    servingWebSocket({ env: { OW_WEBSOCKET_TOKEN: 'secret' } }, async (launcher) => {
      const { status, type, json: body } = await refusal(launcher, options);
      expect([status, type]).toEqual([401, json]);
      expect(body).toEqual({ error: expect.any(String) });
      expect(JSON.stringify(body)).not.toContain('secret');
    }),
  );

  test('is not asked for by /run', () =>
    servingAction(
      'python',
      echoes['python'] ?? '',
      async (launcher) => {
        expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
      },
      { OW_WEBSOCKET_TOKEN: 'secret' },
    ));
});

describe('A request that wants to upgrade', () => {
  test.each(['//', '//x:y', 'http://[/ws', 'http://x:99999999/ws', '/%', '*', '/ws?%', '/%2e%2e'])(
    'to %s does not end the launcher',
    async (path) => {
      const launcher = await Launcher.start({ env: { OW_WEBSOCKET: '/ws' } });
      try {
        const client = await RawClient.connect(launcher);
        client.socket.write(handshake(path));
        await soon(
          Promise.race([client.head(), client.ended()]).catch(() => undefined),
          'an answer',
          5000,
        );
        client.destroy();
        const live = launcher.get('/health/live').then(({ status }) => status);
        expect(await live.catch(() => launcher.stderr.text)).toBe(200);
      } finally {
        await launcher.dispose();
      }
    },
  );

  test('to a protocol that is not spoken here is a plain request, as HTTP says', () =>
    servingAction('python', echoes['python'] ?? '', async (launcher) => {
      const body = '{"value":{"a":1}}';
      const client = await RawClient.connect(launcher);
      const h2c = {
        Connection: 'Upgrade, HTTP2-Settings, close',
        Upgrade: 'h2c',
        'HTTP2-Settings': 'AAMAAABkAARAAAAAAAIAAAAA',
        'Content-Length': `${body.length}`,
      };
      client.socket.write(handshake('/run', { method: 'POST', headers: h2c, body }));
      expect(await client.head()).toMatch(/^HTTP\/1\.1 200 /);
      client.destroy();
    }));

  test.each<[string, Parameters<typeof handshake>[1]]>([
    ['of another version', { headers: { 'Sec-WebSocket-Version': '7' } }],
    ['without a key', { headers: { 'Sec-WebSocket-Key': '' } }],
    ['by POST', { method: 'POST', headers: { 'Content-Length': '0' } }],
  ])('%s gets a JSON error, as every refusal', (_, parts) =>
    servingWebSocket({}, async (launcher) => {
      const client = await RawClient.connect(launcher);
      client.socket.write(handshake('/ws', parts));
      const head = await client.head();
      const body = await client.rest();
      client.destroy();
      expect(head).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(head.toLowerCase()).toContain(`content-type: ${json}`);
      expect(JSON.parse(body)).toEqual({ error: expect.any(String) });
    }),
  );

  test('agrees on no compression', () =>
    servingWebSocket({}, async (launcher) => {
      const { socket } = await Client.connect(launcher);
      expect(socket.extensions).toBe('');
      socket.terminate();
    }));
});

describe('A client that was refused and does not hang up', () => {
  test('is hung up on', async () => {
    await withRefused(async (launcher, before) => {
      const closed = until(() => openFiles(launcher.pid) <= before);
      await soon(closed, 'closing the refused connections', 5000);
    });
  });

  test('does not keep SIGTERM from ending the launcher', async () => {
    await withRefused(async (launcher) => {
      launcher.signal('SIGTERM');
      expect(await soon(launcher.exited, 'the exit', 5000)).toEqual({ code: 0, signal: null });
    });
  });

  async function withRefused(
    body: (launcher: Launcher, openBefore: number) => Promise<void>,
  ): Promise<void> {
    const launcher = await Launcher.start({ env: { OW_WEBSOCKET: '/ws' } });
    const clients: RawClient[] = [];
    try {
      const before = openFiles(launcher.pid);
      for (let n = 0; n < 20; n += 1) {
        const client = await RawClient.connect(launcher);
        clients.push(client);
        client.socket.write(handshake('/nowhere'));
        await client.head();
      }
      await body(launcher, before);
    } finally {
      for (const client of clients) client.destroy();
      await launcher.dispose();
    }
  }
});
