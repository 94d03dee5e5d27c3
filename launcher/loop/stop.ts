import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { systemCode } from '../errors.ts';

/** What is done to end a process group, and how long each step may take to work, in milliseconds. */
const steps: readonly { readonly signal: NodeJS.Signals | undefined; readonly waitMs: number }[] = [
  { signal: undefined, waitMs: 300 },
  { signal: 'SIGTERM', waitMs: 700 },
  { signal: 'SIGKILL', waitMs: 1000 },
];
const lookEveryMs = 5;

/**
 * Ends a process group: its stdin, then TERM, then KILL. Settles when it is gone.
 * @param leader the process id of its leader, which is the group's id
 */
export async function stopGroup(leader: number, endInput: () => void): Promise<void> {
  endInput();
  for (const { signal, waitMs } of steps) {
    if (signal !== undefined) signalGroup(leader, signal);
    if (await groupEnds(leader, waitMs)) return;
  }
}

/** Ends a process group at once. */
export async function killGroup(leader: number): Promise<void> {
  signalGroup(leader, 'SIGKILL');
  await groupEnds(leader, 1000);
}

/** @returns whether there was somebody to get the signal */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch (thrown) {
    if (systemCode(thrown) === 'ESRCH') return false;
    if (systemCode(thrown) === 'EPERM') return true;
    throw thrown;
  }
}

async function groupEnds(leader: number, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (signalGroup(leader, 0) && hasLivingMember(leader)) {
    if (Date.now() >= end) return false;
    await delay(lookEveryMs);
  }
  return true;
}

/**
 * A process that has ended keeps its group until somebody reaps it, and where the launcher is PID 1 nobody reaps what
 * its loops left behind.
 */
function hasLivingMember(leader: number): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const [state, , group] = statOf(name);
    return Number(group) === leader && state !== 'Z' && state !== 'X';
  });
}

/** What a process does now, in the kernel's letter: `S` sleeps, `R` runs, `Z` has ended and nobody has been told. */
export function stateOf(pid: number): string | undefined {
  return statOf(`${pid}`)[0];
}

/** State, parent, group … of a process: what stands behind its name, which may hold anything. */
function statOf(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
