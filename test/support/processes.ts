import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A test that waits in vain has to end early enough to tidy up. */
const longestWaitMs = 20_000;

/** A process that somebody left behind. */
export interface Found {
  readonly pid: number;
  readonly command: string;
}

/** Every process whose environment holds `name=value`, zombies aside. */
export function processesMarked(name: string, value: string): Found[] {
  const mark = `${name}=${value}\0`;
  return numbersIn('/proc').flatMap((pid) => {
    if (!`${readText(`/proc/${pid}/environ`)}\0`.includes(mark)) return [];
    return [{ pid, command: readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') }];
  });
}

export function isRunning(pid: number): boolean {
  const state = /^State:\s+(\S)/m.exec(readText(`/proc/${pid}/status`))?.[1];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Settles when the process has ended, whoever is to reap it. */
export async function hasEnded(pid: number): Promise<void> {
  await until(() => !isRunning(pid));
}

/** Settles when a condition that no event tells of holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + longestWaitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${holds.toString()}`);
    await delay(5);
  }
}

/** What the process has open, e.g. to see descriptors pile up. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function numbersIn(folder: string): number[] {
  return readdirSync(folder)
    .map(Number)
    .filter((number) => number > 0);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}
