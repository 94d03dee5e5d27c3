import { describe, expect, test } from '@jest/globals';

import { imageOf } from './build.ts';
import { inContainer } from './container.ts';
import type { Container } from './container.ts';
import { docker } from './docker.ts';
import { eventually } from './eventually.ts';

const sleeper = `const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function main({ ms }) {
  console.log('asleep');
  await sleep(ms);
  return { slept: ms };
}`;

/** How long `docker stop` took. */
async function stop(container: Container, graceSeconds: number): Promise<number> {
  const start = performance.now();
  await docker('stop', '--time', `${graceSeconds}`, container.id);
  return performance.now() - start;
}

async function asleep(container: Container): Promise<void> {
  await eventually(
    () => container.logs(),
    ({ stdout }) => stdout.includes('asleep'),
  );
}

describe('docker stop', () => {
  test('lets an activation end, and takes no longer than that', () =>
    inContainer(imageOf('node'), {}, async (container) => {
      await container.load(sleeper);
      const running = container.run({ ms: 2000 });
      await asleep(container);
      const took = await stop(container, 10);
      expect((await running).json).toEqual({ slept: 2000 });
      expect(took).toBeLessThan(5000);
      expect((await container.inspect()).State).toMatchObject({ ExitCode: 0, OOMKilled: false });
      await container.logsWith(1);
    }));

  test('ends an activation that takes longer than the grace, before docker does', () =>
    inContainer(imageOf('node'), {}, async (container) => {
      await container.load(sleeper);
      const running = container.run({ ms: 60_000 }).catch((thrown: unknown) => thrown);
      await asleep(container);
      await stop(container, 10);
      await running;
      expect((await container.inspect()).State).toMatchObject({ ExitCode: 0 });
      await container.logsWith(1);
    }));

  test('ends a container without an action at once', () =>
    inContainer(imageOf('base'), {}, async (container) => {
      expect(await stop(container, 10)).toBeLessThan(3000);
      expect((await container.inspect()).State).toMatchObject({ ExitCode: 0 });
      expect(await container.logs()).toEqual({ stdout: '', stderr: '' });
    }));
});
