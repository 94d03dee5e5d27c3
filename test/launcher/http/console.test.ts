import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { EventStream } from '../../support/event-stream.ts';
import { serving } from '../../support/launcher.ts';
import type { Launcher } from '../../support/launcher.ts';
import { sentinelText } from '../../support/log-pipe.ts';
import { memoryOf } from '../../support/websocket.ts';

const greeter = `function main(args) {
  console.log('hello ' + args.name);
  console.error('careful');
  if (args.fail) throw new Error('failed');
  return { greeting: 'Hello ' + args.name + '!' };
}`;

/** Serves an action with the console, for the time of one body. */
function servingConsole(
  body: (launcher: Launcher) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
  code = greeter,
): Promise<void> {
  return serving({ env: { OW_CONSOLE: '1', OW_LANGUAGE: 'node', ...env } }, async (launcher) => {
    await launcher.load(code);
    await body(launcher);
  });
}

const own = (launcher: Launcher): string => `http://127.0.0.1:${launcher.port}`;

describe('The console', () => {
  test.each(['/', '/console/events', '/console/console.js'])('is off in serve: %s', (path) =>
    serving({}, async (launcher) => {
      const { status, headers, error } = await launcher.get(path);
      expect([status, headers['content-type']]).toEqual([404, 'application/json']);
      expect(error).toContain(path);
    }),
  );

  test('is a page that loads nothing from elsewhere and is in no frame', () =>
    servingConsole(async (launcher) => {
      const { status, headers, text } = await launcher.get('/');
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
      expect(text).not.toMatch(/<script(?! type="module" src=)|<style| style=| on[a-z]+=/);
      const policy = headers['content-security-policy'];
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }));

  test('serves each file of its folder, and nothing else', () =>
    servingConsole(async (launcher) => {
      for (const name of readdirSync('console')) {
        const { status, bytes } = await launcher.get(`/console/${name}`);
        expect([name, status]).toEqual([name, 200]);
        expect(bytes.equals(readFileSync(`console/${name}`))).toBe(true);
      }
      for (const name of ['none.js', '..%2fpackage.json', '../package.json', '%00']) {
        expect((await launcher.get(`/console/${name}`)).status).toBe(404);
      }
      expect((await launcher.post('/', '{}')).status).toBe(405);
    }));

  test('is on in dev, unless it is switched off', async () => {
    const argv = ['dev', 'examples/hello/hello.js'];
    await serving({ argv }, async (launcher) => {
      expect((await launcher.get('/')).status).toBe(200);
      await launcher.stdout.contains(`http://localhost:${launcher.port}/ `);
    });
    await serving({ argv, env: { OW_CONSOLE: '0' } }, async (launcher) => {
      expect((await launcher.get('/')).status).toBe(404);
    });
  });

  test('leaves /run and /health as they are', () =>
    servingConsole(async (launcher) => {
      expect((await launcher.run({ name: 'you' })).text).toBe('{"greeting":"Hello you!"}');
      expect((await launcher.get('/health/ready')).status).toBe(200);
    }));
});

describe('The events of the console', () => {
  test('tell the lines of the logs, the activation and the state', () =>
    servingConsole(async (launcher) => {
      const stream = await EventStream.open(launcher);
      expect(stream.answer.headers['content-type']).toBe('text/event-stream');
      expect(stream.answer.headers['cache-control']).toBe('no-store');
      expect((await stream.until('hello')).data['websocket']).toBe('');
      const { data: status } = await stream.until('status', ({ loop }) => loop === 'idle');
      expect(status).toMatchObject({ state: 'ready', language: 'node', main: 'main', waiting: 0 });
      await launcher.run({ name: 'you' }, { activation_id: 'abc' });
      const ofRun = { activation: 'abc' };
      expect((await stream.until('activation')).data).toMatchObject({ ...ofRun, status: 'ok' });
      const { data: out } = await stream.until('line', ({ stream }) => stream === 'stdout');
      expect(out).toMatchObject({ ...ofRun, message: 'hello you' });
      const { data: err } = await stream.until('line', ({ stream }) => stream === 'stderr');
      expect(err).toMatchObject({ ...ofRun, message: 'careful' });
      stream.close();
    }));

  test('tell what failed, and by which error', () =>
    servingConsole(async (launcher) => {
      await launcher.run({ fail: true });
      const stream = await EventStream.open(launcher);
      expect((await stream.until('activation')).data['status']).toBe('action-failed');
      stream.close();
    }));

  test('begin with the last of what was before', () =>
    servingConsole(async (launcher) => {
      for (let n = 0; n < 120; n += 1) await launcher.run({ name: `${n}` });
      const stream = await EventStream.open(launcher);
      await stream.until('line', ({ message }) => message === 'hello 119');
      await stream.until('activation');
      const count = (kind: string): number =>
        stream.heard.filter(({ event }) => event === kind).length;
      expect([count('line'), count('activation')]).toEqual([200, 50]);
      const seqs = stream.heard.flatMap(({ data: { seq } }) => (seq === undefined ? [] : [seq]));
      expect(seqs).toEqual([...seqs].sort((one, other) => Number(one) - Number(other)));
      stream.close();
    }));

  test('end when the launcher ends, and say so before', () =>
    servingConsole(async (launcher) => {
      const stream = await EventStream.open(launcher);
      await stream.until('status');
      launcher.signal('SIGTERM');
      await stream.ended;
      expect(stream.heard.at(-1)?.data['state']).toBe('draining');
    }));

  test('cost a HEAD request no stream', () =>
    servingConsole(async (launcher) => {
      const { status } = await launcher.http.ask('/console/events', { method: 'HEAD' });
      expect(status).toBe(200);
    }));
});

describe('Who may look', () => {
  const token = 'open sesame';

  test('knows the token, where there is one', () =>
    servingConsole(
      async (launcher) => {
        for (const path of ['/console/events', '/console/events?token=wrong']) {
          const { status, error } = await launcher.get(path);
          expect([status, error]).toEqual([401, expect.stringContaining('token')]);
        }
        const asked = `/console/events?token=${encodeURIComponent(token)}`;
        const stream = await EventStream.open(launcher, asked);
        expect(stream.answer.statusCode).toBe(200);
        stream.close();
        const headers = { authorization: `Bearer ${token}` };
        const bearer = await launcher.http.ask('/console/events', { method: 'HEAD', headers });
        expect(bearer.status).toBe(200);
        // The page is what the token is typed into.
        expect((await launcher.get('/')).status).toBe(200);
      },
      { OW_WEBSOCKET_TOKEN: token },
    ));

  test.each([
    ['a page of another origin', { origin: 'http://elsewhere.example' }],
    ['a page of an opaque origin', { origin: 'null' }],
    ['another port of the same machine', { 'sec-fetch-site': 'same-site' }],
    ['what a browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['a name that somebody points here', { host: 'rebound.example' }],
  ])('is not %s', (_, headers) =>
    servingConsole(async (launcher) => {
      const { status, error } = await launcher.http.ask('/console/events', { headers });
      expect([status, error]).toEqual([403, expect.any(String)]);
    }),
  );

  test('is the page itself, whichever way its browser says so', () =>
    servingConsole(async (launcher) => {
      const sayings = [
        { origin: own(launcher) },
        { 'sec-fetch-site': 'same-origin' },
        { host: `localhost:${launcher.port}` },
        { host: `[::1]:${launcher.port}` },
      ];
      for (const headers of sayings) {
        const { status } = await launcher.http.ask('/console/events', { method: 'HEAD', headers });
        expect([headers, status]).toEqual([headers, 200]);
      }
    }));

  test('is whoever knows the token at a host name', () =>
    servingConsole(
      async (launcher) => {
        const headers = { host: 'console.example', authorization: 'Bearer t' };
        const { status } = await launcher.http.ask('/console/events', { method: 'HEAD', headers });
        expect(status).toBe(200);
      },
      { OW_WEBSOCKET_TOKEN: 't' },
    ));
});

describe('With the console', () => {
  const bytes = `function main() {
    process.stdout.write(Buffer.from([0xff, 0xfe, 0x0a, 0x0d, 0x0a, 0x0a, 0xc3]));
    return {};
  }`;

  test('the raw logs are the same bytes', () =>
    servingConsole(
      async (launcher) => {
        await launcher.run();
        await launcher.stdout.contains(sentinelText);
        const expected = [0xff, 0xfe, 0x0a, 0x0d, 0x0a, 0x0a, 0xc3, 0x0a];
        const end = Buffer.from(`${sentinelText}\n`);
        expect(launcher.stdout.bytes).toEqual(Buffer.concat([Buffer.from(expected), end]));
        expect(launcher.stderr.text).toBe(`${sentinelText}\n`);
      },
      {},
      bytes,
    ));

  test('JSON lines stay JSON lines', () =>
    servingConsole(
      async (launcher) => {
        const stream = await EventStream.open(launcher);
        await launcher.run({ name: 'you' });
        await launcher.stdout.contains(sentinelText);
        const [line, sentinel] = launcher.stdout.lines;
        expect(JSON.parse(line ?? '')).toMatchObject({ stream: 'stdout', message: 'hello you' });
        expect(sentinel).toBe(sentinelText);
        await stream.until('line', ({ message }) => message === 'hello you');
        stream.close();
      },
      { OW_LOG_FORMAT: 'json' },
    ));
});

describe('A page that does not read', () => {
  const chatty = `function main({ n }) {
    const line = 'x'.repeat(1000);
    for (let count = 0; count < n; count += 1) console.log(line);
    console.log('last');
    return {};
  }`;
  const lines = 20_000;
  /** Whether the launcher still has its end of the connection. */
  const isHeld = ({ port }: Launcher, client: number): boolean => {
    const hex = (number: number): string => number.toString(16).toUpperCase().padStart(4, '0');
    const tables = ['tcp', 'tcp6'].map((name) => readFileSync(`/proc/net/${name}`, 'utf8'));
    return new RegExp(`:${hex(port)} \\w+:${hex(client)} 01 `).test(tables.join('\n'));
  };

  test('costs no memory, disturbs nobody, and is dropped', () =>
    servingConsole(
      async (launcher) => {
        await launcher.run({ n: lines });
        const stalled = connect(launcher.port, '127.0.0.1').on('error', () => undefined);
        stalled.pause();
        stalled.write(`GET /console/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
        const before = memoryOf(launcher.pid);
        await launcher.run({ n: lines });
        const reading = await EventStream.open(launcher);
        await reading.until('line', ({ message }) => message === 'last');
        reading.close();
        // 20 MB of lines went by.
        expect(memoryOf(launcher.pid) - before).toBeLessThan(15);
        const { localPort = 0 } = stalled;
        expect(isHeld(launcher, localPort)).toBe(true);
        // Lines go on until what the system itself keeps for the connection is full, and then for the patience.
        while (isHeld(launcher, localPort)) {
          await launcher.run({ n: 1000 });
          await delay(100);
        }
        stalled.destroy();
      },
      {},
      chatty,
    ));
});
