import { describe, expect, test } from '@jest/globals';

import { loopFixture } from '../../support/fixtures.ts';
import { serving } from '../../support/launcher.ts';
import type { Launcher } from '../../support/launcher.ts';
import { hasEnded, until } from '../../support/processes.ts';
import type { Found } from '../../support/processes.ts';

const actionloop = { OW_LANGUAGE: 'actionloop' };
const badResult = '{"error":"The action did not return a dictionary or array."}';

interface Misbehaviour {
  readonly file: string;
  readonly promise: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly status: number;
  /** The body, or what it has to match. */
  readonly body: string | RegExp;
  readonly stdout?: string;
  readonly stderr?: string;
  /** It answers, and then it ends. */
  readonly ends?: boolean;
}

/** What is answered to an activation that makes the fixture misbehave. */
const table: readonly Misbehaviour[] = [
  {
    file: 'never-answers.sh',
    promise: 'is killed at the deadline',
    env: { OW_TIMEOUT_MS: '300' },
    status: 504,
    body: /ran for \d+ ms and was allowed 300 ms/,
  },
  {
    file: 'stops-itself.sh',
    promise: 'is killed at the deadline',
    env: { OW_TIMEOUT_MS: '300' },
    status: 504,
    body: /allowed 300 ms/,
  },
  {
    file: 'answers-twice.sh',
    promise: 'is heard once',
    status: 200,
    body: '{"n":1}',
  },
  {
    file: 'dies-mid-line.sh',
    promise: 'is told by its exit code',
    status: 400,
    body: /command exited.*exit code 3/,
  },
  {
    file: 'dies-silently.sh',
    promise: 'is told by its exit code, and its last words are logs',
    status: 400,
    body: /command exited.*exit code 5/,
    stderr: 'last words\n',
  },
  {
    file: 'kills-itself.sh',
    promise: 'is told by its signal',
    status: 400,
    body: /command exited.*SIGKILL/,
  },
  {
    file: 'dies-after-answering.sh',
    promise: 'has answered',
    status: 200,
    body: '{"n":1}',
    ends: true,
  },
  { file: 'closes-stdout.sh', promise: 'is answered', status: 200, body: '{"n":1}' },
  { file: 'closes-stdin.sh', promise: 'is answered', status: 200, body: '{"n":1}', ends: true },
  { file: 'leaves-child.sh', promise: 'is answered', status: 200, body: '{"n":1}' },
  { file: 'leaves-orphan.sh', promise: 'is answered', status: 200, body: '{"n":1}' },
  { file: 'ignores-term.sh', promise: 'is answered', status: 200, body: '{"n":1}' },
  { file: 'answers-words.sh', promise: 'is a bad result', status: 502, body: badResult },
  { file: 'answers-scalar.sh', promise: 'is a bad result', status: 502, body: badResult },
  { file: 'answers-null.sh', promise: 'is a bad result', status: 502, body: badResult },
  { file: 'answers-bytes.sh', promise: 'is a bad result', status: 502, body: badResult },
  { file: 'blank-lines.sh', promise: 'is answered', status: 200, body: '{"n":1}' },
  {
    file: 'spaced-answer.sh',
    promise: 'is passed on as it was written',
    status: 200,
    body: ' {\t"n" : 1 } \r',
  },
  {
    file: 'floods-stderr.py',
    promise: 'loses no byte of its logs',
    status: 200,
    body: '{"n": 1}',
    stderr: `${'e'.repeat(4_999_999)}\n`,
  },
  {
    file: 'floods-stdout.py',
    promise: 'loses no byte of its logs',
    status: 200,
    body: '{"n": 1}',
    stdout: `${'o'.repeat(4_999_999)}\n`,
  },
];

describe.each(table)('A loop that misbehaves as $file', (row) => {
  test(`${row.promise}, and the next activation works`, () =>
    serving({ env: { ...actionloop, ...row.env } }, async (launcher) => {
      await launcher.load(loopFixture(row.file));
      const [loop] = launcher.processes;

      const answer = await launcher.run({ n: 1, misbehave: true });

      expect(answer.status).toBe(row.status);
      if (typeof row.body === 'string') expect(answer.text).toBe(row.body);
      else expect(answer.error).toMatch(row.body);
      expect(launcher.sentinels).toEqual([1, 1]);
      if (row.ends) await hasEnded(loop?.pid ?? 0);
      await expectToWork(launcher);
      expect(launcher.sentinels).toEqual([2, 2]);
      expect(launcher.stdout.actionText === (row.stdout ?? '')).toBe(true);
      expect(launcher.stderr.actionText === (row.stderr ?? '')).toBe(true);
    }));
});

async function expectToWork(launcher: Launcher, n = 2): Promise<void> {
  const { status, json } = await launcher.run({ n });
  expect({ status, json }).toEqual({ status: 200, json: { n } });
}

describe('A loop that dies while others wait for it', () => {
  test('fails its own activation, and the others get the next loop', () =>
    serving({ env: actionloop }, async (launcher) => {
      await launcher.load(loopFixture('dies-silently.sh'));
      const answers = await Promise.all([
        launcher.run({ n: 1, misbehave: true }),
        launcher.run({ n: 2 }),
        launcher.run({ n: 3, misbehave: true }),
        launcher.run({ n: 4 }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([400, 200, 400, 200]);
      expect(launcher.sentinels).toEqual([4, 4]);
    }));
});

describe('A loop that dies after each answer', () => {
  test('answers every activation that comes once it is gone', () =>
    serving({ env: actionloop }, async (launcher) => {
      await launcher.load(loopFixture('dies-after-answering.sh'));
      for (let n = 1; n <= 20; n += 1) {
        await until(() => launcher.processes.length === 1);
        const [loop] = launcher.processes;
        const { status, text } = await launcher.run({ n, misbehave: true });
        expect({ status, text }).toEqual({ status: 200, text: `{"n":${n}}` });
        await hasEnded(loop?.pid ?? 0);
      }
      expect(launcher.sentinels).toEqual([20, 20]);
    }));
});

describe('A loop that is gone before it has read an activation', () => {
  test.each([
    ['dies-after-answering.sh', 10],
    ['closes-stdin.sh', 10],
    ['dies-after-answering.sh', 300_000],
  ])('%s: the activation is the next one’s, with %d bytes too', (file, bytes) =>
    serving({ env: actionloop }, async (launcher) => {
      await launcher.load(loopFixture(file));
      const filler = 'x'.repeat(bytes);
      const runs = Array.from({ length: 30 }, (_, n) =>
        launcher.run({ n, misbehave: true, filler }),
      );
      const answers = await Promise.all(runs);
      expect(answers.map(({ text }) => text)).toEqual(answers.map((_, n) => `{"n":${n}}`));
      expect(launcher.sentinels).toEqual([30, 30]);
    }),
  );
});

describe('A loop that closed stdin and stays', () => {
  test('costs one activation its deadline, and is replaced', () =>
    serving({ env: { ...actionloop, OW_TIMEOUT_MS: '500' } }, async (launcher) => {
      await launcher.load(loopFixture('deaf.sh'));
      expect((await launcher.run({ n: 1, misbehave: true })).text).toBe('{"n":1}');
      expect((await launcher.run({ n: 2 })).status).toBeGreaterThanOrEqual(400);
      await expectToWork(launcher, 3);
      expect(launcher.sentinels).toEqual([3, 3]);
    }));
});

describe('A loop that opens its pipes by path', () => {
  test('finds stdin, stdout, stderr and fd 3 there', () =>
    serving({ env: actionloop }, async (launcher) => {
      await launcher.load(loopFixture('opens-by-path.py'));
      for (const n of [1, 2, 3]) await expectToWork(launcher, n);
      expect(launcher.sentinels).toEqual([3, 3]);
      expect(launcher.stdout.actionText).toBe('out by path\n'.repeat(3));
      expect(launcher.stderr.actionText).toBe('err by path\n'.repeat(3));
    }));
});

describe('A loop that starts a process in another session', () => {
  test('works on, and the launcher ends without waiting for that process', () =>
    serving({ env: actionloop }, async (launcher) => {
      await launcher.load(loopFixture('leaves-session.sh'));
      await launcher.run({ n: 1, misbehave: true });
      await expectToWork(launcher);
      const sleeping = (): Found[] =>
        launcher.processes.filter(({ command }) => command.startsWith('sleep'));
      await until(() => sleeping().length === 1);
      const escaped = sleeping();

      launcher.signal('SIGTERM');

      expect(await launcher.exited).toEqual({ code: 0, signal: null });
      for (const { pid } of escaped) {
        process.kill(pid, 'SIGKILL');
        await hasEnded(pid);
      }
    }));
});

describe('A result line of 5 MB', () => {
  const size = 5_000_000;

  test('arrives whole', () =>
    serving({ env: actionloop }, async (launcher) => {
      await launcher.load(loopFixture('huge-result.py'));
      const { status, bytes } = await launcher.run({ n: 1, misbehave: true, size });
      expect([status, bytes.length]).toEqual([200, size]);
      await expectToWork(launcher);
    }));

  test('is refused over the limit, which the answer names', () =>
    serving({ env: { ...actionloop, OW_MAX_BODY_BYTES: '1000000' } }, async (launcher) => {
      await launcher.load(loopFixture('huge-result.py'));
      const { status, error } = await launcher.run({ n: 1, misbehave: true, size });
      expect(status).toBe(502);
      expect(error).toContain('1000000');
      expect(launcher.sentinels).toEqual([1, 1]);
      await expectToWork(launcher);
    }));

  test('is accepted at exactly the limit, and refused one byte above', () =>
    serving({ env: { ...actionloop, OW_MAX_BODY_BYTES: '100000' } }, async (launcher) => {
      await launcher.load(loopFixture('huge-result.py'));
      const atLimit = await launcher.run({ n: 1, misbehave: true, size: 100_000 });
      expect([atLimit.status, atLimit.bytes.length]).toEqual([200, 100_000]);
      const above = await launcher.run({ n: 2, misbehave: true, size: 100_001 });
      expect(above.status).toBe(502);
      await expectToWork(launcher, 3);
    }));
});
