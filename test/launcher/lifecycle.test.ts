import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';

import { loopFixture } from '../support/fixtures.ts';
import { withGate } from '../support/gate.ts';
import type { Gate } from '../support/gate.ts';
import { freePort } from '../../launcher/free-port.ts';
import { Launcher, serving } from '../support/launcher.ts';
import { until } from '../support/processes.ts';

const shell = { OW_LANGUAGE: 'shell' };
const ended = { code: 0, signal: null };

/** A launcher whose action runs and waits for the gate. */
async function withRunning(
  env: Readonly<Record<string, string>>,
  body: (launcher: Launcher, gate: Gate, running: ReturnType<Launcher['run']>) => Promise<void>,
): Promise<void> {
  await withGate((gate) =>
    serving({ env: { ...shell, ...env } }, async (launcher) => {
      await launcher.load(gate.shellAction);
      const running = launcher.run({ wait: 1 });
      running.catch(() => undefined);
      await launcher.stderr.contains('started 1\n');
      await body(launcher, gate, running);
    }),
  );
}

/** From then on new work is refused. */
async function drains(launcher: Launcher): Promise<void> {
  await until(async () => (await launcher.get('/health/ready')).status === 503);
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('lets the running activation end, and refuses all others for the platform to run elsewhere', () =>
    withRunning({}, async (launcher, gate, running) => {
      const waiting = launcher.run({ n: 2 });
      await launcher.get('/health/live');
      launcher.signal(signal);
      await drains(launcher);

      expect((await waiting).status).toBe(503);
      expect((await launcher.run({ n: 3 })).status).toBe(503);
      expect((await launcher.init('cat')).status).toBe(503);
      expect((await launcher.post('/run', 'XXX')).status).toBe(503);
      gate.open();

      const { status, json } = await running;
      expect([status, json]).toEqual([200, { wait: 1 }]);
      await launcher.assertNothingLeft(ended);
      expect(launcher.stderr.actionText).toBe('started 1\n');
      expect(launcher.sentinels).toEqual([1, 1]);
    }));

  test('ends an idle launcher', () =>
    serving({ env: shell }, async (launcher) => {
      await launcher.load('cat');
      await launcher.run();
      launcher.signal(signal);
      await launcher.assertNothingLeft(ended);
    }));
});

describe('SIGTERM', () => {
  test('closes the port', () =>
    serving({ env: shell }, async (launcher) => {
      launcher.signal('SIGTERM');
      await launcher.exited;
      const socket = connect(launcher.port, '127.0.0.1');
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toBe('ECONNREFUSED');
    }));

  test('kills what takes longer than OW_GRACE_MS', () =>
    withRunning({ OW_GRACE_MS: '200' }, async (launcher, _, running) => {
      launcher.signal('SIGTERM');
      await launcher.assertNothingLeft(ended);
      expect((await running).status).toBeGreaterThanOrEqual(400);
      expect(launcher.sentinels).toEqual([1, 1]);
    }));

  test('that comes again ends it at once', () =>
    withRunning({ OW_GRACE_MS: '3600000' }, async (launcher) => {
      launcher.signal('SIGTERM');
      await drains(launcher);
      launcher.signal('SIGTERM');
      await launcher.assertNothingLeft(ended);
    }));

  test('with OW_GRACE_MS=0 ends it at once', () =>
    withRunning({ OW_GRACE_MS: '0' }, async (launcher) => {
      launcher.signal('SIGTERM');
      await launcher.assertNothingLeft(ended);
    }));

  test.each(['node', 'python', 'shell', 'actionloop'])(
    'ends a launcher of %s that got no code, and what it had started',
    (language) =>
      serving({ env: { OW_LANGUAGE: language } }, async (launcher) => {
        launcher.signal('SIGTERM');
        await launcher.assertNothingLeft(ended);
        expect(launcher.stdout.text + launcher.stderr.text).toBe('');
      }),
  );

  test('ends a launcher that is just initialising', () =>
    serving({ env: { OW_LANGUAGE: 'python' } }, async (launcher) => {
      const code =
        'import sys, time\nprint("loading", file=sys.stderr, flush=True)\ntime.sleep(1000)\n';
      const init = launcher.init(code);
      await launcher.stderr.contains('loading\n');
      launcher.signal('SIGTERM');
      const { status } = await init;
      expect(status).toBe(503);
      await launcher.assertNothingLeft(ended);
    }));

  test('ends a launcher that is just starting', async () => {
    const launcher = new Launcher(await freePort(), { env: shell });
    try {
      await until(() => launcher.files.length > 0);
      launcher.signal('SIGTERM');
      await launcher.assertNothingLeft(ended);
    } finally {
      await launcher.dispose();
    }
  });

  test('ends an action that ignores it', () =>
    serving({ env: { OW_LANGUAGE: 'actionloop' } }, async (launcher) => {
      await launcher.load(loopFixture('ignores-term.sh'));
      await launcher.run({ n: 1 });
      launcher.signal('SIGTERM');
      await launcher.assertNothingLeft(ended);
    }));

  test('is not held up by idle connections, nor by an upload that does not end', () =>
    serving({ env: shell }, async (launcher) => {
      await launcher.load('cat');
      const upload = launcher.http.open('/run', 'POST', { 'content-length': '100' });
      upload.on('error', () => undefined);
      upload.write('{"value"');
      const idle = connect(launcher.port, '127.0.0.1');
      await once(idle, 'connect');
      await launcher.run();
      const start = Date.now();
      launcher.signal('SIGTERM');
      await launcher.exited;
      expect(Date.now() - start).toBeLessThan(5000);
      upload.destroy();
      idle.destroy();
    }));
});

describe('SIGHUP', () => {
  test('ends it as SIGTERM does', () =>
    serving({ env: shell }, async (launcher) => {
      await launcher.load('cat');
      launcher.signal('SIGHUP');
      await launcher.assertNothingLeft(ended);
    }));
});

describe('A launcher that serves', () => {
  test('says nothing on stdout and stderr', () =>
    serving({ env: shell }, async (launcher) => {
      await launcher.load('cat');
      await launcher.run();
      await launcher.get('/nowhere');
      await launcher.post('/run', 'XXX');
      await launcher.stop();
      expect(launcher.stdout.actionText + launcher.stderr.actionText).toBe('');
      expect(launcher.sentinels).toEqual([1, 1]);
    }));

  test('keeps all that it writes in one folder that nobody else can read', () =>
    serving({ env: shell }, async (launcher) => {
      await launcher.load('cat; stat -c %a .. ../.. >&2');
      await launcher.run();
      const top = launcher.files.filter((name) => !name.includes('/'));
      expect(top).toHaveLength(1);
      expect(launcher.stderr.actionText.split('\n')).toContain('700');
    }));
});
