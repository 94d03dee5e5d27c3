import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';

import type { Launcher } from '../../support/launcher.ts';
import { counter } from '../../support/websocket-actions.ts';
import { opcodes, RawClient } from '../../support/websocket-raw.ts';
import { Client, servingAction, soon } from '../../support/websocket.ts';

const beatMs = 400;

/** Lets the launcher's 30 seconds pass faster. */
const hurry = `const { setInterval: slow } = globalThis;
globalThis.setInterval = (body, ms, ...more) => slow(body, ms === 30_000 ? ${beatMs} : ms, ...more);`;
const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hurry)}` };

function beating(body: (launcher: Launcher) => Promise<void>): Promise<void> {
  return servingAction('python', counter, body, env);
}

describe('Every 30 seconds the launcher pings, and', () => {
  test('who answers stays', () =>
    beating(async (launcher) => {
      const client = await Client.connect(launcher);
      for (let n = 0; n < 4; n += 1) await soon(once(client.socket, 'ping'), 'a ping');
      expect(await client.ask({})).toEqual({ count: 1 });
      await client.close();
    }));

  test('who answers none is dropped', () =>
    beating(async (launcher) => {
      const client = await RawClient.open(launcher);
      expect((await soon(client.next(), 'a ping')).opcode).toBe(opcodes.ping);
      await soon(client.ended(), 'the drop');
      client.destroy();
    }));

  test('who sent more than is read at once stays, and gets every answer', () =>
    beating(async (launcher) => {
      const client = await Client.connect(launcher);
      const messages = 200;
      for (let n = 0; n < messages; n += 1) client.send({ ms: 20 });
      for (let n = 1; n <= messages; n += 1) {
        expect((await client.next()).json).toEqual({ count: n });
      }
      await client.close();
    }));

  test('who waits for a long activation stays', () =>
    beating(async (launcher) => {
      const client = await Client.connect(launcher);
      expect(await client.ask({ ms: 4 * beatMs })).toEqual({ count: 1 });
      await client.close();
    }));
});
