import { describe, expect, test } from '@jest/globals';

import { withGate } from '../support/gate.ts';
import { serving } from '../support/launcher.ts';

const shell = { OW_LANGUAGE: 'shell' };
const reinit = { ...shell, PROXY_ALLOW_REINIT: '1' };

describe('Activations that come at once', () => {
  test('run one after the other, and each gets its own answer', () =>
    serving({ env: shell }, async (launcher) => {
      await launcher.load('echo begin; cat >/dev/null; echo end; echo "$1"');
      const numbers = Array.from({ length: 30 }, (_, n) => n);
      const answers = await Promise.all(numbers.map((n) => launcher.run({ n })));
      expect(answers.map(({ json }) => json)).toEqual(numbers.map((n) => ({ n })));
      expect(launcher.stdout.actionText).toBe('begin\nend\n'.repeat(30));
      expect(launcher.sentinels).toEqual([30, 30]);
    }));

  test('beyond OW_QUEUE are refused with 429, and may be tried again', () =>
    withGate((gate) =>
      serving({ env: { ...shell, OW_QUEUE: '1' } }, async (launcher) => {
        await launcher.load(gate.shellAction);
        const first = launcher.run({ wait: 1 });
        await launcher.stderr.contains('started 1\n');

        const others = [launcher.run({ n: 2 }), launcher.run({ n: 3 })];
        const refused = await Promise.race(others);

        expect(refused.status).toBe(429);
        expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
        expect(refused.error).toContain('1');
        gate.open();
        const statuses = (await Promise.all([first, ...others])).map(({ status }) => status);
        expect(statuses.sort()).toEqual([200, 200, 429]);
        expect((await launcher.run({ n: 4 })).status).toBe(200);
        expect(launcher.sentinels).toEqual([3, 3]);
      }),
    ));

  test('may not wait at all with OW_QUEUE=0', () =>
    withGate((gate) =>
      serving({ env: { ...shell, OW_QUEUE: '0' } }, async (launcher) => {
        await launcher.load(gate.shellAction);
        const first = launcher.run({ wait: 1 });
        await launcher.stderr.contains('started 1\n');
        expect((await launcher.run({ n: 2 })).status).toBe(429);
        gate.open();
        expect((await first).status).toBe(200);
      }),
    ));
});

describe('A second init', () => {
  test('replaces the action where PROXY_ALLOW_REINIT says so', () =>
    serving({ env: reinit }, async (launcher) => {
      await launcher.load(`echo '{"action":1}'`);
      expect((await launcher.run()).json).toEqual({ action: 1 });
      await launcher.load(`echo '{"action":2}'`);
      expect((await launcher.run()).json).toEqual({ action: 2 });
      await launcher.load({ code: 'def main(args): return {"action": 3}', language: 'python' });
      expect((await launcher.run()).json).toEqual({ action: 3 });
      expect(launcher.sentinels).toEqual([3, 3]);
    }));

  test('that fails leaves the old action at work', () =>
    serving({ env: reinit }, async (launcher) => {
      await launcher.load(`echo '{"action":1}'`);
      const answer = await launcher.init({ code: 'def main(', language: 'python' });
      expect(answer.status).toBe(502);
      expect((await launcher.run()).json).toEqual({ action: 1 });
    }));

  test('lets a running activation of the old action end', () =>
    withGate((gate) =>
      serving({ env: reinit }, async (launcher) => {
        await launcher.load(gate.shellAction);
        const old = launcher.run({ wait: 1 });
        await launcher.stderr.contains('started 1\n');
        await launcher.load(`echo '{"action":2}'`);
        gate.open();
        expect((await old).json).toEqual({ wait: 1 });
        expect((await launcher.run()).json).toEqual({ action: 2 });
        expect(launcher.sentinels).toEqual([2, 2]);
      }),
    ));

  test('at the same time as the first is refused', () =>
    serving({ env: { OW_LANGUAGE: 'python' } }, async (launcher) => {
      const code = 'def main(args): return args';
      const answers = await Promise.all([launcher.init(code), launcher.init(code)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
      expect(launcher.sentinels).toEqual([1, 1]);
    }));
});

describe('An init that takes longer than OW_INIT_TIMEOUT_MS', () => {
  const env = { OW_LANGUAGE: 'python', OW_INIT_TIMEOUT_MS: '1500' };

  test('is given up, its process is killed, and a good one may follow', () =>
    serving({ env }, async (launcher) => {
      const answer = await launcher.init('while True: pass');
      expect([answer.status, answer.error]).toEqual([
        502,
        'Cannot start action. Check logs for details.',
      ]);
      expect(launcher.stderr.actionText).toContain('1500 ms');
      expect(launcher.sentinels).toEqual([1, 1]);
      await launcher.load('def main(args): return args');
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
      expect(launcher.processes).toHaveLength(1);
    }));

  test('tells the client where OW_LOG_INIT_ERROR is off', () =>
    serving({ env: { ...env, OW_LOG_INIT_ERROR: '0' } }, async (launcher) => {
      const answer = await launcher.init('import time\ntime.sleep(1000)');
      expect(answer.error).toMatch(/^cannot start action: .*1500 ms/);
      expect(launcher.sentinels).toEqual([0, 0]);
    }));
});

describe('A run while the init goes on', () => {
  test('is refused as before it', () =>
    withGate((gate) =>
      serving({ env: { OW_LANGUAGE: 'python' } }, async (launcher) => {
        const init = launcher.init(`import os, sys, time
print("loading", file=sys.stderr, flush=True)
while not os.path.exists("${gate.path}"): time.sleep(0.01)
def main(args): return args
`);
        await launcher.stderr.contains('loading\n');
        const run = await launcher.run();
        const ready = await launcher.get('/health/ready');
        gate.open();
        expect([run.status, run.error, ready.status]).toEqual([500, 'no action defined yet', 503]);
        expect((await init).status).toBe(200);
        expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
      }),
    ));
});
