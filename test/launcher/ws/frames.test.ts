import { describe, expect, test } from '@jest/globals';

import type { Launcher } from '../../support/launcher.ts';
import { counter, echoes } from '../../support/websocket-actions.ts';
import { frame, opcodes, RawClient } from '../../support/websocket-raw.ts';
import { memoryOf, servingAction } from '../../support/websocket.ts';

const { rest, text, binary, close, ping, pong } = opcodes;

function withRaw(
  body: (client: RawClient, launcher: Launcher) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  return servingAction(
    'python',
    echoes['python'] ?? '',
    async (launcher) => {
      const client = await RawClient.open(launcher);
      try {
        await body(client, launcher);
      } finally {
        client.destroy();
      }
    },
    env,
  );
}

describe('A client that is no library', () => {
  test('may send a message in fragments', () =>
    withRaw(async (client) => {
      client.send(text, '{"a"', { fin: false });
      client.send(rest, ':', { fin: false });
      client.send(rest, '', { fin: false });
      client.send(rest, '1}');
      expect(await client.json()).toEqual({ a: 1 });
    }));

  test('may split a character between fragments', () =>
    withRaw(async (client) => {
      const bytes = Buffer.from('{"a":"😀"}');
      for (const [index, byte] of bytes.entries()) {
        const isLast = index === bytes.length - 1;
        client.send(index === 0 ? text : rest, Buffer.from([byte]), { fin: isLast });
      }
      expect(await client.json()).toEqual({ a: '😀' });
    }));

  test('may send its bytes one by one', () =>
    withRaw(async (client) => {
      client.socket.setNoDelay(true);
      for (const byte of frame(binary, '{"a":1}')) client.socket.write(Buffer.from([byte]));
      const { opcode, payload } = await client.next();
      expect([opcode, payload.toString()]).toEqual([binary, '{"a":1}']);
    }));

  test('gets a pong with what its ping said, also between fragments and messages', () =>
    withRaw(async (client) => {
      client.send(ping, 'first');
      expect(await client.next()).toEqual({ opcode: pong, payload: Buffer.from('first') });
      client.send(text, '{"a":', { fin: false });
      client.send(ping, '');
      expect(await client.next()).toEqual({ opcode: pong, payload: Buffer.alloc(0) });
      client.send(pong, 'nobody asked');
      client.send(rest, '1}');
      expect(await client.json()).toEqual({ a: 1 });
    }));

  test.each<[string, number, Buffer]>([
    ['an overlong slash', text, Buffer.from([0x7b, 0xc0, 0xaf, 0x7d])],
    ['half a character', text, Buffer.from([0x22, 0xe2, 0x82, 0x22])],
    ['half a surrogate pair', text, Buffer.from([0xed, 0xa0, 0x80])],
    ['a lone byte', text, Buffer.from([0xff])],
  ])('that sends %s as text is closed on with 1007', (_, opcode, payload) =>
    withRaw(async (client) => {
      client.send(opcode, payload);
      expect(await client.closeCode()).toBe(1007);
      await client.ended();
    }),
  );

  test('that sends bad UTF-8 in the last fragment is closed on with 1007', () =>
    withRaw(async (client) => {
      client.send(text, '{"a":"', { fin: false });
      client.send(rest, Buffer.from([0xff, 0x22, 0x7d]));
      expect(await client.closeCode()).toBe(1007);
    }));

  test.each<[string, (client: RawClient) => void]>([
    ['a frame without a mask', (client) => client.send(text, '{"a":1}', { masked: false })],
    ['an opcode that is none', (client) => client.send(3, 'x')],
    ['a control opcode that is none', (client) => client.send(11, 'x')],
    ['a reserved bit', (client) => client.send(text | 0x40, '{}')],
    ['a rest of nothing', (client) => client.send(rest, '{}')],
    ['a ping in fragments', (client) => client.send(ping, 'x', { fin: false })],
    ['a ping of 126 bytes', (client) => client.send(ping, 'x'.repeat(126))],
    ['a close of one byte', (client) => client.send(close, 'x')],
    ['a close code that is none', (client) => client.send(close, Buffer.from([0, 1]))],
  ])('that sends %s is closed on with 1002', (_, send) =>
    withRaw(async (client, launcher) => {
      send(client);
      expect(await client.closeCode()).toBe(1002);
      await client.ended();
      expect(launcher.sentinels).toEqual([0, 0]);
    }),
  );

  test('that begins a second message within a first is closed on with 1002', () =>
    withRaw(async (client) => {
      client.send(text, '{"a"', { fin: false });
      client.send(text, '{"b":1}');
      expect(await client.closeCode()).toBe(1002);
    }));

  test('that says goodbye is answered with the code it gave', () =>
    withRaw(async (client) => {
      client.send(close, Buffer.from([0x03, 0xe8]));
      expect(await client.closeCode()).toBe(1000);
      await client.ended();
    }));

  test('that sends more than OW_MAX_BODY_BYTES in fragments is closed on with 1009', () =>
    withRaw(
      async (client) => {
        client.send(text, `["${'x'.repeat(900)}`, { fin: false });
        client.send(rest, 'x'.repeat(90), { fin: false });
        client.send(rest, 'x'.repeat(90), { fin: false });
        expect(await client.closeCode()).toBe(1009);
      },
      { OW_MAX_BODY_BYTES: '1000' },
    ));

  test('that only announces more than OW_MAX_BODY_BYTES is closed on with 1009', () =>
    withRaw(
      async (client) => {
        client.socket.write(Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x7f, 0, 0, 0, 1, 2, 3, 4]));
        expect(await client.closeCode()).toBe(1009);
      },
      { OW_MAX_BODY_BYTES: '1000' },
    ));
});

describe('A client that hangs up', () => {
  test('in the middle of a frame harms nobody', () =>
    withRaw(async (client, launcher) => {
      client.socket.end(Buffer.from([0x81, 0xfe, 0x10]));
      await client.ended();
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
    }));

  test('while its message is worked on harms nobody', () =>
    servingAction('python', counter, async (launcher) => {
      const client = await RawClient.open(launcher);
      client.send(text, '{"ms":100}');
      client.send(text, '{"ms":100}');
      client.socket.resetAndDestroy();
      await launcher.stdout.until(() => launcher.stdout.sentinels > 0);
      expect((await launcher.run()).status).toBe(200);
    }));
});

describe('A client that pings without end and never reads the pongs', () => {
  test('is dropped, and costs no memory', () =>
    withRaw(async (client, launcher) => {
      const before = memoryOf(launcher.pid);
      client.socket.pause();
      const dropped = new Promise((resolve) => client.socket.once('close', resolve));
      const flood = (): void => {
        if (client.socket.destroyed) return;
        for (let n = 0; n < 1000; n += 1) client.send(ping, 'x'.repeat(125));
        client.socket.write('', () => setImmediate(flood));
      };
      flood();
      await dropped;
      expect(memoryOf(launcher.pid) - before).toBeLessThan(40);
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
    }));
});
