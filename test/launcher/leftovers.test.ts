import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';

import { withGate } from '../support/gate.ts';
import { serving } from '../support/launcher.ts';
import type { Launcher } from '../support/launcher.ts';
import { openFiles, until } from '../support/processes.ts';

const ended = { code: 0, signal: null };
const languages = ['node', 'python', 'shell'] as const;
const echo: Readonly<Record<string, string>> = {
  node: 'function main(args) { return args; }',
  python: 'def main(args): return args',
  shell: 'cat',
};

/** What may grow if something is forgotten. */
function held(launcher: Launcher): { files: number; processes: number; descriptors: number } {
  const { files, processes, pid } = launcher;
  return { files: files.length, processes: processes.length, descriptors: openFiles(pid) };
}

async function settlesAt(launcher: Launcher, limit: ReturnType<typeof held>): Promise<void> {
  await until(() => {
    const { files, processes, descriptors } = held(launcher);
    // FIFOs are made several at a time.
    const isFew = files <= limit.files + 8 && descriptors <= limit.descriptors;
    return isFew && processes <= limit.processes;
  });
}

describe.each(languages)('In %s', (language) => {
  const env = { OW_LANGUAGE: language, PROXY_ALLOW_REINIT: '1' };

  test('20 failed inits leave nothing open', () =>
    serving({ env }, async (launcher) => {
      await launcher.load(echo[language] ?? '');
      await launcher.run();
      const before = held(launcher);
      const code = Buffer.from('PK\x03\x04 no zip').toString('base64');
      for (let n = 0; n < 20; n += 1) {
        expect((await launcher.init({ code, binary: true })).status).toBe(502);
      }
      await settlesAt(launcher, before);
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
    }));

  test('20 new actions leave nothing of the old ones', () =>
    serving({ env }, async (launcher) => {
      await launcher.load(echo[language] ?? '');
      await launcher.run();
      const before = held(launcher);
      for (let n = 0; n < 20; n += 1) {
        await launcher.load(echo[language] ?? '');
        expect((await launcher.run({ n })).json).toEqual({ n });
      }
      await settlesAt(launcher, before);
    }));
});

describe('A client that leaves before its answer', () => {
  test('ends neither its activation nor those of others', () =>
    withGate((gate) =>
      serving({ env: { OW_LANGUAGE: 'shell' } }, async (launcher) => {
        await launcher.load(gate.shellAction);
        const body = '{"value":{"wait":1}}';
        const socket = connect(launcher.port, '127.0.0.1');
        socket.write(
          `POST /run HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        );
        await launcher.stderr.contains('started 1\n');
        socket.resetAndDestroy();
        await once(socket, 'close');
        const next = launcher.run({ n: 2 });
        gate.open();
        expect((await next).json).toEqual({ n: 2 });
        expect(launcher.sentinels).toEqual([2, 2]);
      }),
    ));
});

describe('SIGTERM', () => {
  const chatty = 'function main() { for (let n = 0; n < 1e5; n += 1) console.log(n); return {}; }';

  test.each(['once', 'twice'])('%s ends a launcher whose logs nobody reads', (times) =>
    serving(
      { env: { OW_LANGUAGE: 'node', OW_GRACE_MS: '300' }, unread: true },
      async (launcher) => {
        await launcher.load(chatty);
        const running = launcher.run().catch(() => undefined);
        await until(() => {
          launcher.stdout.readSome(1024);
          return launcher.stdout.length > 64 * 1024;
        });
        launcher.signal('SIGTERM');
        if (times === 'twice') {
          await until(async () => (await launcher.get('/health/ready')).status === 503);
          launcher.signal('SIGTERM');
        }
        await launcher.assertNothingLeft(ended);
        await running;
      },
    ),
  );

  test('ends a launcher whose action dies again and again', () =>
    serving({ env: { OW_LANGUAGE: 'node' } }, async (launcher) => {
      await launcher.load('function main() { process.exit(1); }');
      for (let n = 0; n < 4; n += 1) expect((await launcher.run()).status).toBe(400);
      const last = launcher.run();
      await launcher.get('/health/live');
      launcher.signal('SIGTERM');
      await launcher.assertNothingLeft(ended);
      expect([400, 503]).toContain((await last).status);
    }));
});
