import { describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';

import { withGate } from '../support/gate.ts';
import { serving } from '../support/launcher.ts';
import type { Launcher } from '../support/launcher.ts';

const shell = { OW_LANGUAGE: 'shell' };
const actions: Readonly<Record<string, string>> = {
  shell: '[[ $1 == *hang* ]] && { sleep 1000 & sleep 1000; }\ncat\n',
  node: 'async function main(args) { if (args.hang) while (true); return args; }',
  python: 'import time\ndef main(args):\n  if "hang" in args: time.sleep(1000)\n  return args\n',
};

describe.each(Object.keys(actions))('In %s an activation over OW_TIMEOUT_MS', (language) => {
  test('is answered with the time that it took and had, and the next one works', () =>
    serving({ env: { OW_LANGUAGE: language, OW_TIMEOUT_MS: '300' } }, async (launcher) => {
      await launcher.load(actions[language] ?? '');
      const answer = await launcher.run({ hang: 1 });
      expect(answer.status).toBe(504);
      const [elapsed = 0, allowed] = numbersIn(answer.error ?? '');
      expect(elapsed).toBeGreaterThanOrEqual(299);
      expect(allowed).toBe(300);
      expect(launcher.sentinels).toEqual([1, 1]);
      expect((await launcher.run({ a: 1 })).json).toEqual({ a: 1 });
      expect(launcher.sentinels).toEqual([2, 2]);
    }));
});

function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}

describe('An activation over its time', () => {
  test('dies with all that it started', () =>
    serving({ env: { ...shell, OW_TIMEOUT_MS: '300' } }, async (launcher) => {
      await launcher.load(actions['shell'] ?? '');
      await launcher.run({ hang: 1 });
      expect(sleepers(launcher)).toEqual([]);
    }));

  test('is answered at once, also where its children have no parent any more', () =>
    serving({ env: { ...shell, OW_TIMEOUT_MS: '300' } }, async (launcher) => {
      await launcher.load(actions['shell'] ?? '');
      const start = Date.now();
      await launcher.run({ hang: 1 });
      expect(Date.now() - start).toBeLessThan(900);
    }));

  test('is killed although it ignores TERM', () =>
    serving({ env: { ...shell, OW_TIMEOUT_MS: '300' } }, async (launcher) => {
      await launcher.load('trap "" TERM INT HUP; sleep 1000; sleep 1000');
      expect((await launcher.run()).status).toBe(504);
      expect(sleepers(launcher)).toEqual([]);
    }));

  test('has its time from its start, not while it waits', () =>
    serving({ env: { ...shell, OW_TIMEOUT_MS: '600' } }, async (launcher) => {
      await launcher.load('sleep 0.35; cat');
      const answers = await Promise.all([1, 2, 3].map((n) => launcher.run({ n })));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    }));

  function sleepers({ processes }: Launcher): string[] {
    return processes.map(({ command }) => command).filter((text) => text.startsWith('sleep'));
  }
});

describe('The deadline of the platform', () => {
  test.each([
    ['a number', (ms: number): unknown => ms],
    ['a text', (ms: number): unknown => `${ms}`],
  ])('counts where it is %s', (_, written) =>
    serving({ env: { ...shell, OW_TIMEOUT_MS: '60000' } }, async (launcher) => {
      await launcher.load(actions['shell'] ?? '');
      const answer = await launcher.run({ hang: 1 }, { deadline: written(Date.now() + 700) });
      expect(answer.status).toBe(504);
      expect(numbersIn(answer.error ?? '')[1]).toBeLessThanOrEqual(700);
      expect(launcher.sentinels).toEqual([1, 1]);
    }),
  );

  test('does not lengthen OW_TIMEOUT_MS', () =>
    serving({ env: { ...shell, OW_TIMEOUT_MS: '300' } }, async (launcher) => {
      await launcher.load(actions['shell'] ?? '');
      const answer = await launcher.run({ hang: 1 }, { deadline: Date.now() + 60_000 });
      expect(answer.error).toContain('allowed 300 ms');
    }));

  test.each([
    ['past', 123],
    ['past, as a text', '123'],
    ['empty', ''],
    ['no number', 'soon'],
    ['negative', -5],
    ['null', null],
    ['far', 9_999_999_999_999],
    ['far, as a text', '99999999999999999999'],
    ['beyond any date', '1e400'],
    ['further than a timer can wait', Date.now() + 2 ** 31 + 5000],
    ['an object', { at: 5 }],
  ])('ends nothing where it is %s', (_, deadline) =>
    serving({ env: shell }, async (launcher) => {
      await launcher.load('sleep 0.1; cat');
      expect((await launcher.run({ a: 1 }, { deadline })).json).toEqual({ a: 1 });
    }),
  );

  test('that passes while an activation waits keeps it from being started', () =>
    withGate((gate) =>
      serving({ env: shell }, async (launcher) => {
        await launcher.load(gate.shellAction);
        const first = launcher.run({ wait: 1 });
        await launcher.stderr.contains('started 1\n');
        const deadline = Date.now() + 500;
        const second = launcher.run({ n: 2 }, { deadline });
        await delay(deadline - Date.now() + 20);
        gate.open();
        expect((await first).status).toBe(200);
        expect((await second).status).toBe(504);
        expect(launcher.stderr.actionText).toBe('started 1\n');
        expect(launcher.sentinels).toEqual([1, 1]);
      }),
    ));
});
