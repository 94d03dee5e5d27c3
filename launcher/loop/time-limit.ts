import type { Activation } from '../protocol/activation.ts';

/** The longest time that a timer of Node takes; a limit beyond it is none. */
const longestTimerMs = 2 ** 31 - 1;

/** @param deadline epoch ms */
export function isPast(deadline: number | undefined): boolean {
  return deadline !== undefined && deadline <= Date.now();
}

/**
 * @param longestMs the longest activation; 0 for no limit
 * @returns the milliseconds that an activation has from now, if there is a limit
 */
export function timeLimit({ deadline }: Activation, longestMs: number): number | undefined {
  const own = longestMs === 0 ? Infinity : longestMs;
  const platform = deadline === undefined ? Infinity : deadline - Date.now();
  const limit = Math.min(own, platform);
  return limit > longestTimerMs ? undefined : Math.max(1, limit);
}
