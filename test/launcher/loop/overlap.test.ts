import { describe, expect, test } from '@jest/globals';

import { loopFixture } from '../../support/fixtures.ts';
import type { Answer } from '../../support/http.ts';
import { serving } from '../../support/launcher.ts';
import type { Launcher } from '../../support/launcher.ts';
import { withMeeting } from '../../support/meeting.ts';
import type { Meeting } from '../../support/meeting.ts';

const node = { OW_LANGUAGE: 'node', __OW_ALLOW_CONCURRENT: 'true' };
const ended = { code: 0, signal: null };
const killed = /^command exited: killed with another activation that was in it\. The /;

/** Serves a node action whose activations may overlap, and can wait for each other. */
function meeting(
  env: Readonly<Record<string, string>>,
  body: (launcher: Launcher, meeting: Meeting) => Promise<void>,
): Promise<void> {
  return withMeeting((meeting) =>
    serving({ env: { ...node, ...env } }, async (launcher) => {
      await launcher.load(meeting.nodeAction);
      await body(launcher, meeting);
    }),
  );
}

/** An activation that keeps the event loop to itself, until its deadline, and three that can't be read meanwhile. */
function stuck(
  env: Readonly<Record<string, string>>,
  body: (launcher: Launcher, first: Promise<Answer>, others: Promise<Answer>[]) => Promise<void>,
): Promise<void> {
  return withMeeting((meeting) =>
    serving({ env: { ...node, ...env } }, async (launcher) => {
      const spin = 'function spin() { writeFileSync(at("stuck"), ""); for (;;); }';
      const { nodeAction } = meeting;
      const code = nodeAction.replace('writeFileSync(at(n)', 'if (n === "stuck") spin();\n  $&');
      await launcher.load(`${code}${spin}\n`);
      const first = launcher.run({ n: 'stuck' }, { deadline: Date.now() + 2000 });
      await meeting.arrived('stuck');
      const others = ['a', 'b', 'c'].map((n) => launcher.run({ n, meets: ['a', 'b', 'c'] }));
      await launcher.get('/health/live');
      await body(launcher, first, others);
    }),
  );
}

function pidOf({ json }: { readonly json: unknown }): number {
  return (json as { readonly pid: number }).pid;
}

describe('With __OW_ALLOW_CONCURRENT', () => {
  test('node runs activations at once in one process, and each gets its own answer', () =>
    meeting({}, async (launcher, meeting) => {
      const first = launcher.run({ n: 'a', meets: ['gate'] });
      await meeting.arrived('a');
      const second = await launcher.run({ n: 'b', meets: ['a'] });
      expect(second.json).toMatchObject({ n: 'b' });
      meeting.arrive('gate');
      expect((await first).json).toEqual({ n: 'a', pid: pidOf(second) });
      expect(launcher.sentinels).toEqual([2, 2]);
    }));

  test.each([
    ['a language that does not multiplex', { OW_LANGUAGE: 'python' }, 'pythonAction'],
    ['node without it', { __OW_ALLOW_CONCURRENT: '' }, 'nodeAction'],
  ] as const)('%s runs one after the other', (_, env, action) =>
    withMeeting((meeting) =>
      serving({ env: { ...node, ...env } }, async (launcher) => {
        await launcher.load(meeting[action]);
        const first = launcher.run({ n: 'a', meets: ['gate'] });
        await meeting.arrived('a');
        const second = launcher.run({ n: 'b' });
        await launcher.get('/health/live');
        expect(meeting.has('b')).toBe(false);
        meeting.arrive('gate');
        for (const { status } of await Promise.all([first, second])) expect(status).toBe(200);
      }),
    ),
  );

  test('several workers share them, and the one with the least to do is asked', () =>
    meeting({ OW_WORKERS: '2' }, async (launcher, meeting) => {
      const pids = new Set<number>();
      for (let n = 0; pids.size < 2; n += 1) {
        const [one, other] = [`a${n}`, `b${n}`];
        const answers = await Promise.all([
          launcher.run({ n: one, meets: [other] }),
          launcher.run({ n: other, meets: [one] }),
        ]);
        for (const answer of answers) pids.add(pidOf(answer));
      }
      const four = ['c', 'd', 'e', 'f'];
      const running = four.map((n) => launcher.run({ n, meets: [...four, 'gate'] }));
      await meeting.arrived(...four);
      meeting.arrive('gate');
      const answers = await Promise.all(running);
      for (const pid of pids) {
        expect(answers.filter((answer) => pidOf(answer) === pid)).toHaveLength(2);
      }
    }));

  test('what a loop writes beside its answers is nobody’s', () =>
    serving(
      { env: { ...node, OW_LANGUAGE: 'actionloop', OW_WAIT_FOR_ACK: '1' } },
      async (launcher) => {
        await launcher.load(loopFixture('multiplexes.py'));
        for (let round = 0; round < 3; round += 1) {
          const answers = await Promise.all([launcher.run({ n: 1 }), launcher.run({ n: 2 })]);
          expect(answers.map(({ json }) => json)).toEqual([{ n: 1 }, { n: 2 }]);
        }
      },
    ));
});

describe('Each of several activations in one process', () => {
  const seen = `const seen = () => ({
    now: process.env.__OW_ACTIVATION_ID ?? null,
    isThere: '__OW_ACTIVATION_ID' in process.env,
    all: Object.entries(process.env).filter(([name]) => /__OW_(ACTIVATION_ID|EXTRA)/.test(name)),
    kept: env.__OW_ACTIVATION_ID ?? null,
    child: execFileSync('printenv', ['__OW_ACTIVATION_ID'], { encoding: 'utf8' }).trim(),
    host: process.env.__OW_API_HOST,
    init: process.env.FROM_INIT,
  });
  const saw = (id, extra) => ({ now: id, isThere: true, kept: id, child: id, host: 'xyz', init: 'yes',
    all: [['__OW_ACTIVATION_ID', id], ...(extra ? [['__OW_EXTRA', extra]] : [])] });
`;
  const body = `let waiting = [];
  async function main({ id, extra }) {
    const before = seen();
    await new Promise((go) => { waiting.push(go); if (waiting.length === 2) waiting.forEach((each) => each()); });
    await new Promise((go) => setTimeout(go, 5));
    try { assert.deepEqual([before, seen()], [saw(id, extra), saw(id, extra)]); return { id }; }
    catch (error) { return { message: error.message }; }
  }
`;
  const names = ['{ execFileSync }', 'assert', '{ env }'];
  const modules = ['node:child_process', 'node:assert', 'node:process'];
  const required = names.map((name, at) => `const ${name} = require('${modules[at] ?? ''}');\n`);
  const imported = names.map((name, at) => `import ${name} from '${modules[at] ?? ''}';\n`);
  test.each([
    ['a script', [...required, seen, body].join('')],
    ['an ES module', [...imported, seen, body, 'export { main };\n'].join('')],
  ])('sees its own context as %s, before and after it waited', (_, code) =>
    serving({ env: { ...node, __OW_API_HOST: 'xyz' } }, async (launcher) => {
      await launcher.load({ code, env: { FROM_INIT: 'yes' } });
      const contexts = [{ activation_id: 'one', extra: 'more' }, { activation_id: 'two' }];
      const answers = await Promise.all(
        contexts.map((context) =>
          launcher.run({ id: context.activation_id, extra: context.extra }, context),
        ),
      );
      expect(answers.map(({ json }) => json)).toEqual([{ id: 'one' }, { id: 'two' }]);
    }),
  );
});

describe('What ends a process in which several activations are', () => {
  test('is told to all of them if it crashes, and the next one works', () =>
    meeting({}, async (launcher, meeting) => {
      const others = ['a', 'b'].map((n) => launcher.run({ n, meets: ['gate'] }));
      await meeting.arrived('a', 'b');
      const crash = launcher.run({ n: 'crash', exits: true });
      for (const { status, error } of await Promise.all([...others, crash])) {
        expect([status, error]).toEqual([400, 'command exited: exit code 7']);
      }
      expect((await launcher.run({ n: 'next' })).status).toBe(200);
      expect(launcher.sentinels).toEqual([4, 4]);
    }));

  test('is the deadline of one, which is told so', () =>
    meeting({}, async (launcher, meeting) => {
      const other = launcher.run({ n: 'other', meets: ['gate'] });
      await meeting.arrived('other');
      const late = launcher.run({ n: 'late', meets: ['gate'] }, { deadline: Date.now() + 500 });
      await meeting.arrived('late');
      expect((await late).status).toBe(504);
      const { status, error } = await other;
      expect([status, error]).toEqual([400, expect.stringMatching(killed)]);
      expect((await launcher.run({ n: 'next' })).status).toBe(200);
      expect(launcher.sentinels).toEqual([3, 3]);
    }));

  test('is a result over the limit, whose activation is told so', () =>
    serving({ env: { ...node, OW_MAX_BODY_BYTES: '100000' } }, async (launcher) => {
      await launcher.load(`let others = 0;
        async function main({ size }) {
          if (size === undefined) { others += 1; return new Promise(() => setInterval(() => {}, 1000)); }
          while (others < 12) await new Promise((go) => setTimeout(go, 5));
          return { text: 'x'.repeat(size) };
        }`);
      const others = Array.from({ length: 12 }, () => launcher.run());
      const large = await launcher.run({ size: 300_000 });
      expect([large.status, large.error]).toEqual([502, expect.stringContaining('100000')]);
      for (const { status, error } of await Promise.all(others)) {
        expect([status, error]).toEqual([400, expect.stringMatching(killed)]);
      }
    }));

  test('does not matter to those that it had not read, which are the next one’s', () =>
    stuck({}, async (launcher, first, others) => {
      expect((await first).status).toBe(504);
      const answers = await Promise.all(others);
      expect(answers.map(({ json }) => json)).toMatchObject([{ n: 'a' }, { n: 'b' }, { n: 'c' }]);
      expect(launcher.sentinels).toEqual([4, 4]);
    }));
});

describe('SIGTERM', () => {
  test('lets all activations of a process end', () =>
    meeting({}, async (launcher, meeting) => {
      const running = ['a', 'b', 'c'].map((n) => launcher.run({ n, meets: ['gate'] }));
      await meeting.arrived('a', 'b', 'c');
      launcher.signal('SIGTERM');
      meeting.arrive('gate');
      for (const { status } of await Promise.all(running)) expect(status).toBe(200);
      await launcher.assertNothingLeft(ended);
      expect(launcher.sentinels).toEqual([3, 3]);
    }));

  test('is told as such to what a process had not read when its time was over', () =>
    stuck({ OW_GRACE_MS: '100' }, async (launcher, first, others) => {
      launcher.signal('SIGTERM');
      expect((await first).status).toBe(400);
      for (const { status } of await Promise.all(others)) expect(status).toBe(503);
      await launcher.assertNothingLeft(ended);
    }));
});

describe('The logs of activations that overlap', () => {
  test('have all lines, and say in JSON whose only where that is known', () =>
    meeting({ OW_LOG_FORMAT: 'json' }, async (launcher, meeting) => {
      const first = launcher.run(
        { n: 'a', prints: ['alone'], meets: ['b', 'gate'] },
        { activation_id: 'a' },
      );
      await meeting.arrived('a');
      await launcher.stdout.contains('alone');
      const second = launcher.run(
        { n: 'b', prints: ['both'], meets: ['gate'] },
        { activation_id: 'b' },
      );
      await launcher.stdout.contains('both');
      meeting.arrive('gate');
      for (const { status } of await Promise.all([first, second])) expect(status).toBe(200);
      const lines = launcher.stdout.lines.filter((line) => line.startsWith('{'));
      expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
        { message: 'alone', activation_id: 'a' },
        { message: 'both', activation_id: null },
      ]);
      expect(launcher.sentinels).toEqual([2, 2]);
    }));
});
