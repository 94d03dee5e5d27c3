import { readFileSync } from 'node:fs';

import { cgroupFile } from '../loop/cgroup.ts';
import { broken, ok } from './finding.ts';
import type { Finding } from './finding.ts';

/** The launcher, a loop and their pipes; what the action opens comes on top. */
const leastFiles = 64;
/** The launcher's threads, a loop, and a one-shot with a child or two. */
const leastProcesses = 32;
/** What the launcher and an idle node loop may take together, which leaves the action nothing yet. */
const leastMemoryMiB = 64;
const mebibyte = 1024 ** 2;

/** The limits of this process and of its container. */
export function checkLimits(): Finding[] {
  return [checkFiles(), checkProcesses(), checkMemory()];
}

function checkFiles(): Finding {
  const most = softLimit('Max open files');
  return judged('open files', most, leastFiles, 'ulimit -n, or --ulimit nofile=');
}

function checkProcesses(): Finding {
  const ofContainer = numberOf(cgroupFile('pids', 'pids.max')?.trim());
  // Nothing but its container limits root.
  const ofUser = process.getuid?.() === 0 ? Infinity : softLimit('Max processes');
  const most = Math.min(ofContainer, ofUser);
  return judged('processes', most, leastProcesses, 'ulimit -u, or --pids-limit');
}

function checkMemory(): Finding {
  const most = cgroupFile('memory', 'memory.max') ?? cgroupFile('memory', 'memory.limit_in_bytes');
  const bytes = numberOf(most?.trim());
  // cgroup v1 says "no limit" with a number that no machine has.
  const limit = bytes > 2 ** 50 ? Infinity : Math.floor(bytes / mebibyte);
  return judged('memory in MiB', limit, leastMemoryMiB, '--memory');
}

function judged(name: string, limit: number, least: number, remedy: string): Finding {
  const found = limit === Infinity ? 'no limit' : `at most ${limit}`;
  if (limit >= least) return ok(name, found);
  return broken(name, `${found}, and ${least} are needed (${remedy})`);
}

function softLimit(name: string): number {
  const soft = new RegExp(`^${name}\\s+(\\d+|unlimited)`, 'm').exec(textOf('/proc/self/limits'));
  return numberOf(soft?.[1]);
}

function numberOf(text: string | undefined): number {
  return text === undefined || !/^\d+$/.test(text) ? Infinity : Number(text);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
