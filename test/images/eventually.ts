import { setTimeout as delay } from 'node:timers/promises';

const longestWaitMs = 30_000;
const pauseMs = 20;

/**
 * Asks for what no event tells of, again and again.
 * @returns the first answer that holds
 * @throws Error with the last one that did not
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  holds: (answer: T) => boolean,
): Promise<T> {
  const end = Date.now() + longestWaitMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > end) throw new Error(`waited in vain: ${JSON.stringify(answer)}`);
    await delay(pauseMs);
  }
}
