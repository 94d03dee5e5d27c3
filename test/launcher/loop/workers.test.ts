import { describe, expect, test } from '@jest/globals';

import { coreCount } from '../../../launcher/loop/cores.ts';
import { serving } from '../../support/launcher.ts';
import type { Launcher } from '../../support/launcher.ts';
import { sentinelText } from '../../support/log-pipe.ts';
import type { LogPipe } from '../../support/log-pipe.ts';
import { withMeeting } from '../../support/meeting.ts';
import type { Meeting } from '../../support/meeting.ts';
import { isRunning, until } from '../../support/processes.ts';
import { Client } from '../../support/websocket.ts';

const two = { OW_LANGUAGE: 'python', OW_WORKERS: '2' };
const ended = { code: 0, signal: null };

/** Serves an action whose activations can wait for each other. */
function meeting(
  env: Readonly<Record<string, string>>,
  body: (launcher: Launcher, meeting: Meeting) => Promise<void>,
): Promise<void> {
  return withMeeting((meeting) =>
    serving({ env: { ...two, ...env } }, async (launcher) => {
      await launcher.load(meeting.pythonAction);
      await body(launcher, meeting);
    }),
  );
}

/** Two activations that can't end one after the other. */
async function meet(launcher: Launcher, one: string, other: string): Promise<number[]> {
  const answers = await Promise.all([
    launcher.run({ n: one, meets: [other] }),
    launcher.run({ n: other, meets: [one] }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  return answers.map(({ json }) => (json as { readonly pid: number }).pid);
}

/** What each activation wrote, as its sentinels say. */
function framesOf(pipe: LogPipe): string[][] {
  const frames = pipe.text.split(`${sentinelText}\n`);
  expect(frames.pop()).toBe('');
  return frames.map((frame) => frame.split('\n').slice(0, -1));
}

describe('Several workers', () => {
  test('run activations at once, each in a process of its own', () =>
    meeting({}, async (launcher) => {
      const [one, other] = await meet(launcher, 'a', 'b');
      expect(one).not.toBe(other);
      expect(launcher.sentinels).toEqual([2, 2]);
    }));

  test('do so in a language that runs a program for each', () =>
    serving({ env: { OW_LANGUAGE: 'shell', OW_WORKERS: '2' } }, async (launcher) => {
      await launcher.load(
        'cat >/dev/null; touch "$1"; until [ -e \'["a"]\' ] && [ -e \'["b"]\' ]; do sleep 0.01; done; echo "$1"',
      );
      const answers = await Promise.all([launcher.run(['a']), launcher.run(['b'])]);
      expect(answers.map(({ json }) => json)).toEqual([['a'], ['b']]);
    }));

  test('are one a core with auto', () =>
    serving({ env: { OW_LANGUAGE: 'python', OW_WORKERS: 'auto' } }, async (launcher) => {
      await launcher.load('def main(args): return args');
      await until(() => launcher.processes.length === coreCount());
      expect((await launcher.run({ n: 1 })).json).toEqual({ n: 1 });
    }));

  test('share one waiting room', () =>
    meeting({ OW_QUEUE: '1' }, async (launcher, meeting) => {
      await meet(launcher, 'a', 'b');
      const running = [1, 2].map((n) => launcher.run({ n, meets: ['gate'] }));
      await meeting.arrived(1, 2);

      const others = [launcher.run({ n: 3 }), launcher.run({ n: 4 })];
      const refused = await Promise.race(others);

      expect(refused.status).toBe(429);
      meeting.arrive('gate');
      const answers = await Promise.all([...running, ...others]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
      expect(launcher.sentinels).toEqual([5, 5]);
    }));

  test('leave the others alone when one crashes, and it is replaced', () =>
    meeting({}, async (launcher, meeting) => {
      await meet(launcher, 'a', 'b');
      const long = launcher.run({ n: 'long', meets: ['gate'] });
      await meeting.arrived('long');

      const { status, error } = await launcher.run({ n: 'crash', exits: true });
      expect([status, error]).toEqual([400, 'command exited: exit code 7']);
      expect((await launcher.run({ n: 'after' })).status).toBe(200);

      meeting.arrive('gate');
      expect((await long).status).toBe(200);
      await meet(launcher, 'c', 'd');
      expect(launcher.sentinels).toEqual([7, 7]);
    }));

  test('leave the others alone when one runs out of time', () =>
    meeting({}, async (launcher, meeting) => {
      await meet(launcher, 'a', 'b');
      const long = launcher.run({ n: 'long', meets: ['gate'] });
      await meeting.arrived('long');
      const late = await launcher.run(
        { n: 'late', meets: ['gate'] },
        { deadline: Date.now() + 300 },
      );
      expect(late.status).toBe(504);
      meeting.arrive('gate');
      expect((await long).status).toBe(200);
    }));

  test('are ready with the first, and the others come when they can be had', () =>
    withMeeting((meeting) =>
      serving({ env: two }, async (launcher) => {
        const once = `
if os.path.exists(at("loaded")) and not os.path.exists(at("free")):
    open(at("refused"), "w").close()
    raise Exception("there is one already")
`;
        await launcher.load(`${meeting.pythonAction}${once}open(at("loaded"), "w").close()\n`);
        await meeting.arrived('refused');
        expect((await launcher.get('/health/ready')).status).toBe(200);
        expect((await launcher.run({ n: 1 })).status).toBe(200);
        meeting.arrive('free');
        await meet(launcher, 'a', 'b');
      }),
    ));

  test('fail an init as one does', () =>
    serving({ env: { ...two, OW_WORKERS: '3' } }, async (launcher) => {
      expect((await launcher.init('print("loading")\nraise Exception("broken")')).status).toBe(502);
      expect(launcher.stdout.actionText).toBe('loading\n');
      expect(launcher.stderr.actionText.match(/Exception: broken/g)).toHaveLength(1);
      expect(launcher.sentinels).toEqual([1, 1]);
    }));

  test('end what they began where a second init replaces the action', () =>
    meeting({ PROXY_ALLOW_REINIT: '1' }, async (launcher, meeting) => {
      const before = await meet(launcher, 'a', 'b');
      const long = launcher.run({ n: 'long', meets: ['gate'] });
      await meeting.arrived('long');
      await launcher.load('def main(args): return {"is": "new"}');
      expect((await launcher.run({})).json).toEqual({ is: 'new' });
      meeting.arrive('gate');
      expect((await long).json).toMatchObject({ n: 'long' });
      await until(() => before.every((pid) => !isRunning(pid)));
    }));
});

describe('SIGTERM', () => {
  test('lets what runs in several workers end, and nothing is left', () =>
    meeting({}, async (launcher, meeting) => {
      await meet(launcher, 'a', 'b');
      const running = [1, 2].map((n) => launcher.run({ n, meets: ['gate'] }));
      await meeting.arrived(1, 2);
      const waiting = launcher.run({ n: 3 });
      await launcher.get('/health/live');
      launcher.signal('SIGTERM');
      expect((await waiting).status).toBe(503);
      meeting.arrive('gate');
      for (const answer of await Promise.all(running)) expect(answer.status).toBe(200);
      await launcher.assertNothingLeft(ended);
      expect(launcher.sentinels).toEqual([4, 4]);
    }));

  test('kills all workers that take longer than OW_GRACE_MS', () =>
    meeting({ OW_GRACE_MS: '100' }, async (launcher, meeting) => {
      await meet(launcher, 'a', 'b');
      const running = [1, 2].map((n) => launcher.run({ n, meets: ['gate'] }));
      await meeting.arrived(1, 2);
      launcher.signal('SIGTERM');
      await launcher.assertNothingLeft(ended);
      for (const answer of await Promise.all(running)) expect(answer.status).toBe(400);
      expect(launcher.sentinels).toEqual([4, 4]);
    }));
});

describe('The logs of several workers', () => {
  const lines = (name: string, count: number): string[] =>
    Array.from({ length: count }, (_, n) => `${name} ${n} ${'.'.repeat(100)}`);

  test('keep each activation in one piece that its sentinel ends', () =>
    meeting({}, async (launcher) => {
      await Promise.all([
        launcher.run({ n: 'a', meets: ['b'], prints: lines('a', 2000) }),
        launcher.run({ n: 'b', meets: ['a'], prints: lines('b', 2000) }),
      ]);
      for (const pipe of [launcher.stdout, launcher.stderr]) {
        expect(framesOf(pipe).sort()).toEqual([lines('a', 2000), lines('b', 2000)]);
      }
    }));

  test('break no line and lose none where there are more than can be held', () =>
    meeting({}, async (launcher) => {
      await Promise.all([
        launcher.run({ n: 'a', meets: ['b'], prints: lines('a', 30_000) }),
        launcher.run({ n: 'b', meets: ['a'], prints: lines('b', 30_000) }),
      ]);
      for (const name of ['a', 'b']) {
        const own = launcher.stdout.lines.filter((line) => line.startsWith(`${name} `));
        expect(own).toEqual(lines(name, 30_000));
      }
      expect(launcher.stdout.lines).toHaveLength(60_002);
      expect(launcher.sentinels).toEqual([2, 2]);
    }));

  test('tell with OW_LOG_FORMAT=json whose each line is', () =>
    meeting({ OW_LOG_FORMAT: 'json' }, async (launcher) => {
      await Promise.all([
        launcher.run({ n: 'a', meets: ['b'], prints: ['one', 'two'] }, { activation_id: 'a' }),
        launcher.run({ n: 'b', meets: ['a'], prints: ['one', 'two'] }, { activation_id: 'b' }),
      ]);
      for (const frame of framesOf(launcher.stdout)) {
        const own = frame.map((line) => JSON.parse(line) as Record<string, unknown>);
        expect(own.map(({ message }) => message)).toEqual(['one', 'two']);
        expect(new Set(own.map(({ activation_id: id }) => id)).size).toBe(1);
      }
    }));

  test('hold what an activation wrote before it crashed, and end its last line', () =>
    serving({ env: two }, async (launcher) => {
      await launcher.load(
        'import os\ndef main(args):\n  print("last words", end="", flush=True)\n  os._exit(1)\n',
      );
      expect((await launcher.run()).status).toBe(400);
      expect(framesOf(launcher.stdout)).toEqual([['last words']]);
      expect(framesOf(launcher.stderr)).toEqual([[]]);
    }));
});

describe('WebSocket connections and several workers', () => {
  test('get their answers in the order of their messages', () =>
    serving({ env: { ...two, OW_WEBSOCKET: '/ws' } }, async (launcher) => {
      await launcher.load(
        'import time\ndef main(args):\n  time.sleep(args["ms"] / 1000)\n  return {"n": args["n"]}\n',
      );
      const client = await Client.connect(launcher);
      for (let n = 0; n < 20; n += 1) client.send({ n, ms: n % 2 === 0 ? 10 : 0 });
      for (let n = 0; n < 20; n += 1) expect((await client.next()).json).toEqual({ n });
      client.socket.close();
    }));

  test('have theirs run at once', () =>
    meeting({ OW_WEBSOCKET: '/ws' }, async (launcher) => {
      const [one, other] = [await Client.connect(launcher), await Client.connect(launcher)];
      const answers = [one.ask({ n: 'a', meets: ['b'] }), other.ask({ n: 'b', meets: ['a'] })];
      expect(await Promise.all(answers)).toMatchObject([{ n: 'a' }, { n: 'b' }]);
      for (const client of [one, other]) client.socket.close();
    }));
});
