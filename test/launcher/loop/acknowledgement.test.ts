import { describe, expect, test } from '@jest/globals';

import { loopFixture } from '../../support/fixtures.ts';
import { serving } from '../../support/launcher.ts';

const env = { OW_LANGUAGE: 'actionloop', OW_WAIT_FOR_ACK: '1' };

const refused: readonly { readonly file: string; readonly error: RegExp }[] = [
  { file: 'ack-words.sh', error: /^cannot start action: .+/ },
  { file: 'ack-empty.sh', error: /^cannot start action: The action did not initialize properly\./ },
  {
    file: 'ack-refuses.sh',
    error: /^cannot start action: The action did not initialize properly\./,
  },
  {
    file: 'ack-exits.sh',
    error: /^cannot start action: Command exited abruptly during initialization\./,
  },
];

describe('With OW_WAIT_FOR_ACK', () => {
  test.each(['ack-good.sh', 'ack-slow.sh'])(
    'an executable that acknowledges as %s starts',
    (file) =>
      serving({ env }, async (launcher) => {
        await launcher.load(loopFixture(file));
        expect((await launcher.run({ n: 7 })).text).toBe('{"n":7}');
        expect(launcher.sentinels).toEqual([1, 1]);
      }),
  );

  test.each(refused)('an executable that acknowledges as $file is refused', ({ file, error }) =>
    serving({ env }, async (launcher) => {
      const answer = await launcher.init(loopFixture(file));
      expect(answer.status).toBe(502);
      expect(answer.error).toMatch(error);
      expect(launcher.sentinels).toEqual([0, 0]);
      expect((await launcher.run({ n: 1 })).status).toBe(500);
      await launcher.load(loopFixture('ack-good.sh'));
      expect((await launcher.run({ n: 2 })).text).toBe('{"n":2}');
    }),
  );

  test('one that never acknowledges is refused after OW_INIT_TIMEOUT_MS', () =>
    serving({ env: { ...env, OW_INIT_TIMEOUT_MS: '300' } }, async (launcher) => {
      const answer = await launcher.init(loopFixture('ack-never.sh'));
      expect(answer.status).toBe(502);
      expect(answer.error).toMatch(/^cannot start action: .*300 ms/);
      expect(launcher.processes).toEqual([]);
    }));

  test('the detail goes to the logs where OW_LOG_INIT_ERROR says so', () =>
    serving({ env: { ...env, OW_LOG_INIT_ERROR: '1' } }, async (launcher) => {
      const answer = await launcher.init(loopFixture('ack-exits.sh'));
      expect(answer.text).toBe('{"error":"Cannot start action. Check logs for details."}');
      expect(launcher.sentinels).toEqual([1, 1]);
      expect(launcher.stdout.actionText).toBe('');
      expect(launcher.stderr.actionText).toBe(
        'no start\nCommand exited abruptly during initialization.\n',
      );
    }));
});

describe('Without OW_WAIT_FOR_ACK', () => {
  test.each(['exits-at-once.sh', 'ack-exits.sh'])(
    'an executable that ends as %s is refused',
    (file) =>
      serving({ env: { OW_LANGUAGE: 'actionloop' } }, async (launcher) => {
        const answer = await launcher.init(loopFixture(file));
        expect([answer.status, answer.text]).toEqual([
          502,
          '{"error":"cannot start action: command exited"}',
        ]);
        expect(launcher.sentinels).toEqual([0, 0]);
        expect(launcher.processes).toEqual([]);
      }),
  );

  test.each([
    ['an empty file', ''],
    ['a source text', 'package main\n'],
  ])('%s is refused without being handed to a shell', (_, text) =>
    serving({ env: { OW_LANGUAGE: 'actionloop' } }, async (launcher) => {
      const code = Buffer.from(text === '' ? '\n' : text).toString('base64');
      const answer = await launcher.init({ code, binary: true });
      expect(answer.status).toBe(502);
      expect(answer.error).toMatch(/^cannot start action: command exited/);
      expect([launcher.stdout.text, launcher.stderr.text]).toEqual(['', '']);
    }),
  );
});
