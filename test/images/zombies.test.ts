import { describe, expect, test } from '@jest/globals';

import { imageOf } from './build.ts';
import { inContainer } from './container.ts';
import type { Container } from './container.ts';
import { docker } from './docker.ts';
import { eventually } from './eventually.ts';

const activations = 100;

/** Each leaves a process that has lost its parent, and one that its parent does not wait for. */
const careless = `#!/bin/bash
(sleep 0.1 &)
sleep 0.1 &
echo '{"done": true}'
`;

/** The state and the name of every process. */
async function processesIn({ id }: Container): Promise<string[]> {
  const [, ...lines] = (await docker('top', id, '-o', 'pid,stat,comm')).split('\n');
  return lines.map((line) => line.trim().replace(/^\d+ +/, ''));
}

describe('A container that ran 100 shell activations', () => {
  test('has no zombies, and no more processes than after one', () =>
    inContainer(imageOf('shell'), {}, async (container) => {
      await container.load(careless);
      await container.run();
      const isQuiet = (processes: string[]): boolean =>
        !processes.some((one) => one.includes('sleep'));
      const before = await eventually(() => processesIn(container), isQuiet);
      for (let n = 0; n < activations; n += 1) {
        expect((await container.run()).json).toEqual({ done: true });
      }
      const after = await eventually(() => processesIn(container), isQuiet);
      expect(after).toHaveLength(before.length);
      expect(after.filter((one) => one.startsWith('Z'))).toEqual([]);
      await container.logsWith(activations + 1);
    }));
});
