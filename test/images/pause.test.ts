import { describe, expect, test } from '@jest/globals';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { answerTo } from '../support/http.ts';
import { imageOf } from './build.ts';
import { inContainer } from './container.ts';
import { docker, dockerPrints } from './docker.ts';
import { eventually } from './eventually.ts';
import { greeters } from './hello.ts';

/** What the platform does with a container that nobody needs for the moment. */
const pauseMs = 10_000;

describe('docker pause', () => {
  test.concurrent.each(greeters)(
    'for 10 s leaves $target and its connection as they were',
    ({ target, payload }) =>
      inContainer(imageOf(target), {}, async (container) => {
        await container.load({ ...payload });
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        const ask = async (name: string): Promise<[unknown, boolean]> => {
          const { port } = container;
          const outgoing = request({
            port,
            host: '127.0.0.1',
            path: '/run',
            method: 'POST',
            agent,
          });
          outgoing.end(JSON.stringify({ value: { name } }));
          return [(await answerTo(outgoing)).json, outgoing.reusedSocket];
        };
        expect(await ask('Ada')).toEqual([{ greeting: 'Hello Ada!' }, false]);
        await pause(container.id);
        await delay(pauseMs);
        await docker('unpause', container.id);
        expect(await ask('Grace')).toEqual([{ greeting: 'Hello Grace!' }, true]);
        agent.destroy();
      }),
  );
});

/**
 * Pauses a container, however often the runtime has to try. It gives up with these words, and leaves
 * the container running, while one of its processes is where the kernel cannot freeze it just then.
 */
async function pause(id: string): Promise<void> {
  await eventually(
    () => dockerPrints('pause', id),
    ({ code, stderr }) => {
      if (code !== 0 && !stderr.includes('unable to freeze')) throw new Error(stderr);
      return code === 0;
    },
  );
}
