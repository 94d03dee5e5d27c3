import { describe, expect, test } from '@jest/globals';

import { EventStream } from '../../support/event-stream.ts';
import { loopFixture } from '../../support/fixtures.ts';
import { withGate } from '../../support/gate.ts';
import { serving } from '../../support/launcher.ts';
import type { Launcher } from '../../support/launcher.ts';
import { Scrape } from '../../support/metrics.ts';
import { until } from '../../support/processes.ts';
import { Client } from '../../support/websocket.ts';

type Environment = Readonly<Record<string, string>>;

/** Serves with metrics, for the time of one body. */
function measured(
  language: string,
  body: (launcher: Launcher) => Promise<void>,
  env: Environment = {},
): Promise<void> {
  return serving({ env: { OW_METRICS: '1', OW_LANGUAGE: language, ...env } }, body);
}

/** Does as its value says. */
const moody = `function main({ mood, ...rest }) {
  if (mood === 'throw') throw new Error('thrown');
  if (mood === 'error') return { error: 'returned' };
  if (mood === 'exit') process.exit(3);
  if (mood === 'kill') process.kill(process.pid, 'SIGKILL');
  if (mood === 'hang') for (;;);
  if (mood === 'text') return 'text';
  return rest;
}`;

describe('/metrics', () => {
  test('is off in serve', () =>
    serving({}, async (launcher) => {
      const { status, headers } = await launcher.get('/metrics');
      expect([status, headers['content-type']]).toEqual([404, 'application/json']);
    }));

  test('is on in dev, unless it is switched off', async () => {
    const argv = ['dev', 'examples/hello/hello.js'];
    await serving({ argv }, async (launcher) => {
      await launcher.stdout.contains(`http://localhost:${launcher.port}/metrics `);
      await launcher.run({ name: 'you' });
      expect((await Scrape.of(launcher)).counted('activations_total')).toEqual({ ok: 1 });
    });
    await serving({ argv, env: { OW_METRICS: '0' } }, async (launcher) => {
      expect((await launcher.get('/metrics')).status).toBe(404);
      await launcher.stdout.contains('Ctrl-C');
      expect(launcher.stdout.text).not.toContain('/metrics');
    });
  });

  test('is text that Prometheus reads, answers GET and HEAD, and never reaches the action', () =>
    measured('node', async (launcher) => {
      await launcher.load('function main() { console.log("ran"); return {}; }');
      const { status, headers, text } = await launcher.get('/metrics');
      expect([status, headers['content-type']]).toEqual([
        200,
        'text/plain; version=0.0.4; charset=utf-8',
      ]);
      expect(headers['content-length']).toBe(`${Buffer.byteLength(text)}`);
      expect(new Scrape(text).own.length).toBeGreaterThan(10);
      const head = await launcher.http.ask('/metrics', { method: 'HEAD' });
      expect([head.status, head.text]).toEqual([200, '']);
      const post = await launcher.post('/metrics', '{}');
      expect([post.status, post.headers.allow]).toEqual([405, expect.stringContaining('GET')]);
      expect(launcher.stdout.text + launcher.stderr.text).toBe('');
    }));

  test('begins with zero, before any code is there', () =>
    measured('node', async (launcher) => {
      const scrape = await Scrape.of(launcher);
      expect(scrape.value('activations_total', { outcome: 'ok' })).toBe(0);
      expect(scrape.value('activations_total', { outcome: 'queue-full' })).toBe(0);
      expect(scrape.value('inits_total', { outcome: 'start-failed' })).toBe(0);
      expect(scrape.value('build_info', { version: '0.1.0', language: '' })).toBe(1);
      await launcher.load(moody);
      expect((await Scrape.of(launcher)).counted('build_info', 'language')).toEqual({ node: 1 });
    }));

  test('has what Prometheus expects of every process', () =>
    measured('node', async (launcher) => {
      const { families } = await Scrape.of(launcher);
      for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total']) {
        expect(families.get(name)?.samples[0]?.value).toBeGreaterThan(0);
      }
    }));

  test('is there on Knative, beside the action at /', () =>
    measured(
      'node',
      async (launcher) => {
        await launcher.post('/', JSON.stringify({ init: { code: moody }, activation: {} }));
        const scrape = await Scrape.of(launcher);
        expect(scrape.counted('activations_total')).toEqual({ ok: 1 });
        expect(scrape.counted('inits_total')).toEqual({ ok: 1 });
      },
      { __OW_RUNTIME_PLATFORM: 'knative' },
    ));

  test('is there while the launcher drains', () =>
    withGate((gate) =>
      measured('shell', async (launcher) => {
        await launcher.load(gate.shellAction);
        const running = launcher.run({ wait: 1 });
        await launcher.stderr.contains('started 1\n');
        launcher.signal('SIGTERM');
        await until(async () => (await launcher.get('/health/ready')).status === 503);
        expect((await launcher.run({ n: 2 })).status).toBe(503);
        const scrape = await Scrape.of(launcher);
        expect(scrape.counted('activations_total')).toEqual({ 'shutting-down': 1 });
        expect(scrape.value('activations_running')).toBe(1);
        gate.open();
        expect((await running).status).toBe(200);
      }),
    ));
});

describe('Who may ask', () => {
  test('knows the token, where there is one', () =>
    measured(
      'node',
      async (launcher) => {
        expect((await launcher.get('/metrics')).status).toBe(401);
        const headers = { authorization: 'Bearer secret', host: 'launcher.example' };
        await Scrape.of(launcher, { headers });
      },
      { OW_WEBSOCKET_TOKEN: 'secret' },
    ));

  test('may come by any host name, as scrapers do, but is no page of another origin', () =>
    measured('node', async (launcher) => {
      await Scrape.of(launcher, { headers: { host: 'launcher.example:8080' } });
      for (const headers of [{ origin: 'http://x.example' }, { 'sec-fetch-site': 'cross-site' }]) {
        expect((await launcher.http.ask('/metrics', { headers })).status).toBe(403);
      }
    }));
});

describe('Activations', () => {
  test('are counted by how they end', () =>
    measured(
      'node',
      async (launcher) => {
        await launcher.run();
        await launcher.load(moody);
        const moods = ['fine', 'fine', 'throw', 'error', 'exit', 'kill', 'hang', 'text'];
        for (const mood of moods) await launcher.run({ mood });
        await launcher.post('/run', 'no JSON');
        await launcher.run('a scalar');
        await launcher.run({ mood: 'fine' });
        const scrape = await Scrape.of(launcher);
        expect(scrape.counted('activations_total')).toEqual({
          'not-initialised': 1,
          ok: 3,
          'action-failed': 1,
          'application-error': 1,
          'bad-result': 1,
          'command-exited': 2,
          'deadline-passed': 1,
          'bad-request': 1,
          'bad-value': 1,
        });
        // Those that were in a loop.
        expect(scrape.value('activation_duration_seconds_count')).toBe(9);
        expect(scrape.value('activation_wait_seconds_count')).toBe(9);
      },
      { OW_TIMEOUT_MS: '1000' },
    ));

  test('are measured in seconds, in the loop and before it', () =>
    measured('shell', async (launcher) => {
      await launcher.load('sleep 0.3; cat');
      await Promise.all([1, 2, 3].map((n) => launcher.run({ n })));
      const scrape = await Scrape.of(launcher);
      const sum = scrape.value('activation_duration_seconds_sum');
      expect(sum).toBeGreaterThan(0.9);
      expect(scrape.value('activation_duration_seconds_bucket', { le: '0.25' })).toBe(0);
      // The second waits for the first, the third for both.
      const waited = scrape.value('activation_wait_seconds_sum');
      expect(waited).toBeGreaterThan(0.9);
      expect(waited).toBeLessThan(sum * 2);
      expect(scrape.value('activation_wait_seconds_bucket', { le: '0.25' })).toBe(1);
    }));

  test('are seen while they run and wait, and when there are too many', () =>
    withGate((gate) =>
      measured(
        'shell',
        async (launcher) => {
          await launcher.load(gate.shellAction);
          const running = launcher.run({ wait: 1 });
          await launcher.stderr.contains('started 1\n');
          const others = [2, 3, 4, 5].map((n) => launcher.run({ n }));
          await Promise.race(others);
          await until(
            async () =>
              (await Scrape.of(launcher)).counted('activations_total')['queue-full'] === 2,
          );
          const during = await Scrape.of(launcher);
          expect(during.value('activations_running')).toBe(1);
          expect(during.value('activations_waiting')).toBe(2);
          gate.open();
          await Promise.all([running, ...others]);
          const after = await Scrape.of(launcher);
          expect(after.value('activations_running')).toBe(0);
          expect(after.value('activations_waiting')).toBe(0);
          expect(after.counted('activations_total')).toEqual({ ok: 3, 'queue-full': 2 });
        },
        { OW_QUEUE: '2' },
      ),
    ));

  test('whose deadline passes while they wait are counted, and were in no loop', () =>
    withGate((gate) =>
      measured('shell', async (launcher) => {
        await launcher.load(gate.shellAction);
        const running = launcher.run({ wait: 1 });
        await launcher.stderr.contains('started 1\n');
        const deadline = Date.now() + 300;
        const late = launcher.run({ n: 2 }, { deadline });
        await until(() => Promise.resolve(Date.now() > deadline));
        gate.open();
        expect([(await running).status, (await late).status]).toEqual([200, 504]);
        const scrape = await Scrape.of(launcher);
        expect(scrape.counted('activations_total')).toEqual({ ok: 1, 'deadline-passed': 1 });
        expect(scrape.value('activation_duration_seconds_count')).toBe(1);
        expect(scrape.value('activations_waiting')).toBe(0);
      }),
    ));

  test('tell the bytes that go into loops and come out of them', () =>
    measured('node', async (launcher) => {
      await launcher.load(moody);
      const { text } = await launcher.run({ text: 'x'.repeat(5000) });
      const scrape = await Scrape.of(launcher);
      const line = JSON.stringify({ value: { text: 'x'.repeat(5000) } });
      expect(scrape.value('activation_request_bytes_total')).toBe(`${line}\n`.length);
      expect(scrape.value('activation_result_bytes_total')).toBe(text.length);
    }));

  test('are seen by the console as well', () =>
    measured(
      'node',
      async (launcher) => {
        await launcher.load(moody);
        await launcher.run({ mood: 'error' });
        const stream = await EventStream.open(launcher);
        const { data } = await stream.until('activation');
        stream.close();
        expect(data['status']).toBe('application-error');
        const scrape = await Scrape.of(launcher);
        expect(scrape.counted('activations_total')).toEqual({ 'application-error': 1 });
      },
      { OW_CONSOLE: '1' },
    ));
});

describe('Inits', () => {
  test('are counted by how they end, and measured', () =>
    measured('python', async (launcher) => {
      expect((await launcher.init('def main(')).status).toBe(502);
      expect((await launcher.init({ code: 'bm8gemlw', binary: true })).status).toBe(502);
      await launcher.load('def main(args): return args');
      expect((await launcher.init('def main(args): return args')).status).toBe(403);
      const scrape = await Scrape.of(launcher);
      expect(scrape.counted('inits_total')).toEqual({ ok: 1, 'start-failed': 2 });
      expect(scrape.value('init_duration_seconds_count')).toBe(3);
      expect(scrape.value('init_duration_seconds_sum')).toBeGreaterThan(0);
    }));

  test('that a file brings count, too', () =>
    serving(
      { env: { OW_METRICS: '1', OW_AUTOINIT: 'examples/hello/hello.js' } },
      async (launcher) => {
        expect((await Scrape.of(launcher)).counted('inits_total')).toEqual({ ok: 1 });
      },
    ));
});

describe('Loops', () => {
  test('are counted as they start and die', () =>
    measured('node', async (launcher) => {
      await launcher.load(moody);
      expect((await Scrape.of(launcher)).value('loop_starts_total')).toBe(1);
      await launcher.run({ mood: 'kill' });
      await launcher.run();
      const scrape = await Scrape.of(launcher);
      expect(scrape.value('loop_starts_total')).toBe(2);
      expect(scrape.value('loop_deaths_total')).toBe(1);
    }));

  test('that are told to go did not die', () =>
    measured(
      'node',
      async (launcher) => {
        await launcher.load(moody);
        const first = launcher.processes[0]?.pid;
        await launcher.load(moody);
        await until(() => Promise.resolve(!launcher.processes.some((one) => one.pid === first)));
        const scrape = await Scrape.of(launcher);
        expect(scrape.value('loop_starts_total')).toBe(2);
        expect(scrape.value('loop_deaths_total')).toBe(0);
      },
      { PROXY_ALLOW_REINIT: '1' },
    ));

  test('of others die, too', () =>
    measured('actionloop', async (launcher) => {
      await launcher.load(loopFixture('dies-silently.sh'));
      await launcher.run({ misbehave: 1 });
      const scrape = await Scrape.of(launcher);
      expect(scrape.value('loop_deaths_total')).toBe(1);
    }));
});

describe('WebSockets', () => {
  test('are counted, and their messages are activations', () =>
    measured(
      'node',
      async (launcher) => {
        await launcher.load(moody);
        const [one, other] = [await Client.connect(launcher), await Client.connect(launcher)];
        await one.ask({ n: 1 });
        await one.ask('no JSON');
        await other.ask({ mood: 'throw' });
        const open = await Scrape.of(launcher);
        expect(open.value('websocket_connections_open')).toBe(2);
        expect(open.value('websocket_messages_total')).toBe(3);
        expect(open.counted('activations_total')).toEqual({
          ok: 1,
          'bad-request': 1,
          'action-failed': 1,
        });
        await one.close();
        await until(
          async () => (await Scrape.of(launcher)).value('websocket_connections_open') === 1,
        );
        expect((await Scrape.of(launcher)).value('websocket_connections_total')).toBe(2);
        await other.close();
      },
      { OW_WEBSOCKET: '/ws' },
    ));
});
