import { describe, expect, test } from '@jest/globals';

import { ending, serving } from '../../support/launcher.ts';
import { echoes } from '../../support/websocket-actions.ts';
import { Client, refusal, servingAction } from '../../support/websocket.ts';

describe('OW_WEBSOCKET', () => {
  test.each([
    ['/ws', '/ws'],
    ['/a/b.c', '/a/b.c'],
    ['/', '/'],
    ['true', '/ws'],
    ['1', '/ws'],
    ['yes', '/ws'],
    ['TRUE', '/ws'],
  ])('%s opens the door at %s, and nowhere else', (OW_WEBSOCKET, path) =>
    servingAction(
      'python',
      echoes['python'] ?? '',
      async (launcher) => {
        const client = await Client.connect(launcher, { path });
        expect(await client.ask({ a: 1 })).toEqual({ a: 1 });
        expect((await refusal(launcher, { path: '/elsewhere' })).status).toBe(404);
        expect((await refusal(launcher, { path: `${path}x` })).status).toBe(404);
        expect((await launcher.run({ a: 2 })).json).toEqual({ a: 2 });
        await client.close();
      },
      { OW_WEBSOCKET },
    ),
  );

  test.each(['', '0', 'false', 'no'])('%j leaves it shut', (OW_WEBSOCKET) =>
    serving({ env: { OW_WEBSOCKET } }, async (launcher) => {
      expect((await refusal(launcher)).status).toBe(404);
    }),
  );

  test('that is not set leaves it shut', () =>
    serving({}, async (launcher) => {
      const { status, type, json } = await refusal(launcher);
      expect([status, type]).toEqual([404, expect.stringContaining('application/json')]);
      expect(json).toEqual({ error: expect.any(String) });
    }));

  test.each(['ws', 'maybe', 'ws://localhost/ws', '2', './ws'])(
    '%s is refused by name',
    async (OW_WEBSOCKET) => {
      const { code, stdout, stderr } = await ending({ env: { OW_WEBSOCKET } });
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^[^\n]*OW_WEBSOCKET\b[^\n]*slash[^\n]*\n$/);
      expect(stderr).toContain(JSON.stringify(OW_WEBSOCKET));
    },
  );

  test('has a flag, which wins over a bad variable', () =>
    serving(
      { argv: ['serve', '--websocket=/flag'], env: { OW_WEBSOCKET: 'bad' } },
      async (launcher) => {
        const client = await Client.connect(launcher, { path: '/flag' });
        await client.close();
      },
    ));
});
