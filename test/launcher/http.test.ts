import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { answerTo } from '../support/http.ts';
import { serving } from '../support/launcher.ts';
import type { Launcher } from '../support/launcher.ts';

const shell = { OW_LANGUAGE: 'shell' };

describe('An unknown path', () => {
  test.each(['/', '/runs', '/run/x', '/health', '/init2'])('%s is a 404 that names it', (path) =>
    serving({}, async (launcher) => {
      const answer = await launcher.post(path, '{}');
      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      expect(answer.error).toContain(path);
    }),
  );
});

describe('A known path', () => {
  test.each([
    ['GET', '/run', 'POST'],
    ['PUT', '/run', 'POST'],
    ['DELETE', '/init', 'POST'],
    ['GET', '/init', 'POST'],
    ['POST', '/health/live', 'GET'],
    ['POST', '/health/ready', 'GET'],
  ])('answers %s %s with 405 and says that it takes %s', (method, path, allowed) =>
    serving({}, async (launcher) => {
      const answer = await launcher.http.ask(path, { method });
      expect(answer.status).toBe(405);
      expect(String(answer.headers.allow).split(/, */)).toContain(allowed);
      expect(answer.error).toContain(method);
    }),
  );
});

describe('A body over the limit', () => {
  const env = { ...shell, OW_MAX_BODY_BYTES: '1000' };

  test.each(['/init', '/run'])('is refused on %s before it came, naming limit and size', (path) =>
    serving({ env }, async (launcher) => {
      await launcher.load('cat');
      const outgoing = launcher.http.open(path, 'POST', { 'content-length': '5000' });
      outgoing.write('{"value":');

      const answer = await answerTo(outgoing);

      outgoing.destroy();
      expect(answer.status).toBe(413);
      expect(answer.error).toContain('1000');
      expect(answer.error).toContain('5000');
      expect(launcher.sentinels).toEqual([0, 0]);
    }),
  );

  test.each(['/init', '/run'])('is refused on %s also where it comes in chunks', (path) =>
    serving({ env }, async (launcher) => {
      await launcher.load('cat');
      const outgoing = launcher.http.open(path, 'POST', { 'transfer-encoding': 'chunked' });
      outgoing.write(`{"value":{"a":"${'x'.repeat(1200)}`);

      const answer = await answerTo(outgoing);

      outgoing.destroy();
      expect(answer.status).toBe(413);
      expect(answer.error).toContain('1000');
    }),
  );

  test('is refused one byte above the limit, and not at it', () =>
    serving({ env }, async (launcher) => {
      await launcher.load('cat');
      const body = (bytes: number): string => `{"value":{"a":"${'x'.repeat(bytes - 18)}"}}`;
      expect((await launcher.post('/run', body(1000))).status).toBe(200);
      expect((await launcher.post('/run', body(1001))).status).toBe(413);
    }));

  test('by default is one of more than 72 MiB', () =>
    serving({ env: shell }, async (launcher) => {
      const code = `cat #${' '.repeat(60 * 1024 ** 2)}`;
      await launcher.load(code);
      const outgoing = launcher.http.open('/run', 'POST', {
        'content-length': `${72 * 1024 ** 2 + 1}`,
      });
      outgoing.flushHeaders();
      expect((await answerTo(outgoing)).status).toBe(413);
      outgoing.destroy();
    }));
});

describe('A request', () => {
  test('may have any content type', () =>
    serving({ env: shell }, async (launcher) => {
      for (const type of [
        'application/x-www-form-urlencoded',
        'text/plain',
        'a/b; charset=latin1',
      ]) {
        const headers = { 'content-type': type };
        const body = '{"value":{"code":""}}';
        const init = await launcher.http.ask('/init', { method: 'POST', headers, body });
        expect([type, init.status]).toEqual([type, 403]);
      }
      await launcher.load('cat');
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const run = await launcher.http.ask('/run', {
        method: 'POST',
        headers,
        body: '{"value":{"a":1}}',
      });
      expect(run.json).toEqual({ a: 1 });
    }));

  test('may come in chunks', () =>
    serving({ env: shell }, async (launcher) => {
      await launcher.load('cat');
      const outgoing = launcher.http.open('/run', 'POST', { 'transfer-encoding': 'chunked' });
      for (const part of ['{"val', 'ue":{"a":"\u2603"', '}}']) outgoing.write(part);
      outgoing.end();
      expect((await answerTo(outgoing)).json).toEqual({ a: '☃' });
    }));

  test('that is cut off never reaches the action', () =>
    serving({ env: shell }, async (launcher) => {
      await launcher.load('echo seen; cat');
      const socket = connect(launcher.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write('POST /run HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{"value":{}}');
      socket.destroy();
      await once(socket, 'close');
      expect((await launcher.run()).status).toBe(200);
      expect(launcher.stdout.actionText).toBe('seen\n');
    }));

  test('that is not UTF-8 is refused', () =>
    serving({ env: shell }, async (launcher) => {
      await launcher.load('cat');
      const answer = await launcher.post('/run', Buffer.from('{"value":{"a":"\xff"}}', 'latin1'));
      expect(answer.status).toBe(400);
      expect(answer.error).toMatch(/UTF-8/);
      expect(launcher.sentinels).toEqual([0, 0]);
    }));

  test.each(['/init', '/run'])('to %s that breaks says on which line and column', (path) =>
    serving({ env: shell }, async (launcher) => {
      if (path === '/run') await launcher.load('cat');
      const answer = await launcher.post(path, '{\n  "value": {},,\n}');
      expect(answer.status).toBe(400);
      expect(answer.error).toMatch(/line 2 column 15/);
    }),
  );
});

describe('Health', () => {
  test('is live at once, and ready once an action can take work', () =>
    serving({ env: shell }, async (launcher) => {
      expect((await launcher.get('/health/live')).status).toBe(200);
      const before = await launcher.get('/health/ready');
      await launcher.load('cat');
      const after = await launcher.get('/health/ready');
      expect([before.status, after.status]).toEqual([503, 200]);
      for (const answer of [before, after]) expect(typeof answer.json).toBe('object');
      expect(launcher.sentinels).toEqual([0, 0]);
    }));

  test('answers HEAD', () =>
    serving({}, async (launcher) => {
      expect((await launcher.http.ask('/health/live', { method: 'HEAD' })).status).toBe(200);
    }));
});

describe('A connection', () => {
  test('is kept between requests, for as long as the client likes', () =>
    serving({ env: shell }, async (launcher) => {
      await launcher.load('cat');
      const socket = connect(launcher.port, '127.0.0.1');
      try {
        for (let n = 0; n < 3; n += 1) {
          const head = await exchange(socket, `{"value":{"n":${n}}}`);
          expect(head).toMatch(/^HTTP\/1\.1 200 /);
          // A server that means to close says so here, and says after how many seconds.
          expect(head.toLowerCase()).not.toMatch(/^connection: close|^keep-alive: timeout/m);
        }
      } finally {
        socket.destroy();
      }
    }));

  test('without a request logs nothing and harms nobody', () =>
    serving({ env: { ...shell, OW_DEBUG: '' } }, async (launcher) => {
      await launcher.load('cat');
      for (let n = 0; n < 20; n += 1) await connectAndLeave(launcher);
      expect((await launcher.run({ a: 1 })).status).toBe(200);
      expect(launcher.stdout.actionText + launcher.stderr.actionText).toBe('');
    }));

  test('that speaks no HTTP is closed, and logs nothing', () =>
    serving({ env: shell }, async (launcher) => {
      const socket = connect(launcher.port, '127.0.0.1').resume();
      socket.write('\x16\x03\x01\x02\x00 hello\r\n\r\n');
      await once(socket, 'close');
      expect((await launcher.get('/health/live')).status).toBe(200);
      expect(launcher.stdout.text + launcher.stderr.text).toBe('');
    }));

  async function connectAndLeave(launcher: Launcher): Promise<void> {
    const socket = connect(launcher.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.resetAndDestroy();
    await once(socket, 'close');
  }
});

/** One activation on a raw connection; settles with the head of the answer. */
async function exchange(socket: Socket, body: string): Promise<string> {
  socket.write(`POST /run HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  let received = '';
  while (!received.endsWith('}')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    received += chunk.toString();
  }
  return received.slice(0, received.indexOf('\r\n\r\n'));
}
