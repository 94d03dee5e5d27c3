import { describe, expect, test } from '@jest/globals';

import type { Launcher } from '../../support/launcher.ts';
import { counter, echoes } from '../../support/websocket-actions.ts';
import { Client, servingAction } from '../../support/websocket.ts';

type Count = Readonly<Record<'count', number>>;

/** A client that has sent more than can be answered during the test. */
async function flooding(launcher: Launcher, messages: number): Promise<Client> {
  const client = await Client.connect(launcher);
  for (let n = 0; n < messages; n += 1) client.send({ ms: 5 });
  await client.next();
  return client;
}

/** How many activations may come between two that are asked for one after the other, where thousands wait. */
const most = 30;

describe('A connection that floods', () => {
  test('lets each /run pass soon', () =>
    servingAction('python', counter, async (launcher) => {
      const flood = await flooding(launcher, 2000);
      let { count } = (await launcher.run()).json as Count;
      for (let n = 0; n < 20; n += 1) {
        const next = ((await launcher.run()).json as Count).count;
        expect(next - count).toBeLessThan(most);
        count = next;
      }
      flood.socket.terminate();
    }));

  test('lets the messages of others pass soon', () =>
    servingAction('python', counter, async (launcher) => {
      const floods = [await flooding(launcher, 1000), await flooding(launcher, 1000)];
      const client = await Client.connect(launcher);
      let { count } = (await client.ask({})) as Count;
      for (let n = 0; n < 20; n += 1) {
        const next = ((await client.ask({})) as Count).count;
        expect(next - count).toBeLessThan(most);
        count = next;
      }
      for (const flood of floods) flood.socket.terminate();
    }));

  test('is answered in full and in order, though others were served between', () =>
    servingAction('python', counter, async (launcher) => {
      const client = await Client.connect(launcher);
      for (let n = 0; n < 500; n += 1) client.send({});
      const runs = Promise.all(Array.from({ length: 50 }, () => launcher.run()));
      runs.catch(() => undefined); // what went wrong first is what the test says
      let last = 0;
      for (let n = 0; n < 500; n += 1) {
        const { count } = (await client.next()).json as Count;
        expect(count).toBeGreaterThan(last);
        last = count;
      }
      for (const { status } of await runs) expect(status).toBe(200);
      expect(((await launcher.run()).json as Count).count).toBe(551);
      await client.close();
    }));

  test('does not fill the waiting room of /run', () =>
    servingAction(
      'python',
      counter,
      async (launcher) => {
        const flood = await flooding(launcher, 2000);
        for (let n = 0; n < 10; n += 1) expect((await launcher.run()).status).toBe(200);
        flood.socket.terminate();
      },
      { OW_QUEUE: '2' },
    ));

  test('is slowed and not refused, however small the waiting room is', () =>
    servingAction(
      'python',
      counter,
      async (launcher) => {
        const client = await Client.connect(launcher);
        for (let n = 0; n < 10; n += 1) client.send({});
        for (let n = 1; n <= 10; n += 1) expect((await client.next()).json).toEqual({ count: n });
        await client.close();
      },
      { OW_QUEUE: '0' },
    ));
});

describe.each(Object.entries(echoes))('64 connections to one action in %s', (language, echo) => {
  test('never see the answer of another, whatever they send at once', () =>
    servingAction(language, echo, async (launcher) => {
      const connections = Array.from({ length: 64 }, () => Client.connect(launcher));
      const clients = await Promise.all(connections);
      const messages = language === 'shell' ? 20 : 100;
      for (let n = 0; n < messages; n += 1) {
        for (const [who, client] of clients.entries()) client.send({ who, n });
      }
      const asked = Array.from({ length: 100 }, (_, n) => launcher.run({ who: 'run', n }));
      const runs = Promise.all(asked);
      runs.catch(() => undefined); // what went wrong first is what the test says
      for (const [who, client] of clients.entries()) {
        for (let n = 0; n < messages; n += 1) {
          expect((await client.next()).json).toEqual({ who, n });
        }
      }
      for (const [n, run] of (await runs).entries()) {
        expect(run.json).toEqual({ who: 'run', n });
      }
      await Promise.all(clients.map((client) => client.close()));
      const activations = 64 * messages + 100;
      expect(launcher.sentinels).toEqual([activations, activations]);
    }));
});
