import { describe, expect, test } from '@jest/globals';

import { withGate } from '../../support/gate.ts';
import type { Gate } from '../../support/gate.ts';
import type { Launcher } from '../../support/launcher.ts';
import { until } from '../../support/processes.ts';
import { mortal } from '../../support/websocket-actions.ts';
import { RawClient } from '../../support/websocket-raw.ts';
import { Client, refusal, servingAction, soon } from '../../support/websocket.ts';

const exited = { code: 0, signal: null };

describe('A loop that is killed in the middle of a message', () => {
  test('makes an error of it, and the next message works', () =>
    servingAction('python', mortal, async (launcher) => {
      const client = await Client.connect(launcher);
      client.send({ wait: 1 });
      client.send({ n: 2 });
      process.kill(await pidOf(launcher), 'SIGKILL');
      const error = expect.stringMatching(/^command exited.*SIGKILL/);
      expect((await client.next()).json).toEqual({ error });
      expect((await client.next()).json).toEqual({ n: 2 });
      expect(await client.ask({ n: 3 })).toEqual({ n: 3 });
      expect(launcher.sentinels).toEqual([3, 3]);
      await client.close();
    }));

  test('fails the message that it had, and none of another connection', () =>
    servingAction('python', mortal, async (launcher) => {
      const [unlucky, other] = [await Client.connect(launcher), await Client.connect(launcher)];
      unlucky.send({ wait: 1 });
      const pid = await pidOf(launcher);
      const answer = other.ask({ n: 1 });
      process.kill(pid, 'SIGKILL');
      expect(await unlucky.next()).toMatchObject({ json: { error: expect.any(String) } });
      expect(await answer).toEqual({ n: 1 });
      await unlucky.close();
      await other.close();
    }));

  async function pidOf({ stderr }: Launcher): Promise<number> {
    await stderr.until(() => /pid \d+\n/.test(stderr.text));
    return Number(/pid (\d+)\n/.exec(stderr.text)?.[1]);
  }
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('lets the message that runs be answered, refuses the others, and closes with 1001', () =>
    withRunning(async (launcher, gate, client) => {
      client.send({ n: 2 });
      client.send({ n: 3 });
      launcher.signal(signal);
      await drains(launcher);
      expect((await refusal(launcher)).status).toBe(503);
      gate.open();
      expect((await client.next()).json).toEqual({ wait: 1 });
      const refused = { error: expect.stringContaining('shutting down') };
      expect((await client.next()).json).toEqual(refused);
      expect((await client.next()).json).toEqual(refused);
      expect((await client.closed).code).toBe(1001);
      await launcher.assertNothingLeft(exited);
      expect(launcher.sentinels).toEqual([1, 1]);
    }));

  test('closes idle connections with 1001', () =>
    servingAction('shell', 'cat', async (launcher) => {
      const clients = [await Client.connect(launcher), await Client.connect(launcher)];
      await clients[0]?.ask({});
      launcher.signal(signal);
      for (const { closed } of clients) expect((await closed).code).toBe(1001);
      await launcher.assertNothingLeft(exited);
    }));
});

describe('SIGTERM', () => {
  test('is not held up by a client that neither reads nor says goodbye', () =>
    servingAction('python', 'def main(args): return {"x": "x" * 2000000}', async (launcher) => {
      const client = await RawClient.open(launcher);
      client.socket.pause();
      for (let n = 0; n < 100; n += 1) client.send(1, '{}');
      await launcher.stdout.until(() => launcher.stdout.sentinels > 2);
      launcher.signal('SIGTERM');
      expect(await soon(launcher.exited, 'the exit', 5000)).toEqual(exited);
      client.destroy();
    }));

  test('answers what runs in the order of its messages, on every connection', () =>
    withRunning(async (launcher, gate, first) => {
      const second = await Client.connect(launcher);
      const waiting = second.ask({ n: 2 });
      launcher.signal('SIGTERM');
      await drains(launcher);
      gate.open();
      expect((await first.next()).json).toEqual({ wait: 1 });
      expect(await waiting).toEqual({ error: expect.stringContaining('shutting down') });
      expect([(await first.closed).code, (await second.closed).code]).toEqual([1001, 1001]);
    }));

  test('closes with 1001 also what takes longer than OW_GRACE_MS', () =>
    withRunning(
      async (launcher, _, client) => {
        launcher.signal('SIGTERM');
        expect((await client.next()).json).toEqual({ error: expect.any(String) });
        expect((await client.closed).code).toBe(1001);
        await launcher.assertNothingLeft(exited);
      },
      { OW_GRACE_MS: '200' },
    ));
});

/** A launcher with one message that runs and waits for the gate. */
function withRunning(
  body: (launcher: Launcher, gate: Gate, client: Client) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  return withGate((gate) =>
    servingAction(
      'shell',
      gate.shellAction,
      async (launcher) => {
        const client = await Client.connect(launcher);
        client.send({ wait: 1 });
        await launcher.stderr.contains('started 1\n');
        await body(launcher, gate, client);
      },
      env,
    ),
  );
}

/** From then on new work is refused. */
async function drains(launcher: Launcher): Promise<void> {
  await until(async () => (await launcher.get('/health/ready')).status === 503);
}
