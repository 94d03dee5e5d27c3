import { sentinel } from '../protocol/sentinel.ts';
import { excerpt, Unmet } from './expect.ts';
import type { Logs } from './subject.ts';

const line = sentinel.toString();
const word = line.trim();

/** Both streams, without what the server put there. */
export function withoutSentinels({ stdout, stderr }: Logs): string {
  return `${stdout}${stderr}`.replaceAll(line, '');
}

/** An action that prints nothing leaves nothing in the logs. */
export function isQuiet(logs: Logs): void {
  const found = withoutSentinels(logs).trim();
  if (found !== '') throw new Unmet(`the logs: expected nothing, got ${excerpt(found)}`);
}

/** What stands in front of each sentinel of a stream. */
export function activationsOf(stream: string): string[] {
  return stream.split(line).slice(0, -1);
}

/**
 * How many sentinels there are on each stream.
 * @throws Unmet where one is no line of its own: Kubernetes' log store would overlook it
 */
export function countSentinels({ stdout, stderr }: Logs): readonly [number, number] {
  return [countIn(stdout, 'stdout'), countIn(stderr, 'stderr')];
}

function countIn(stream: string, name: string): number {
  const alone = stream.split('\n').filter((one) => one === word).length;
  if (alone === stream.split(word).length - 1) return alone;
  throw new Unmet(`${name}: expected each sentinel to be a line of its own`);
}
