import { readFileSync } from 'node:fs';

/** Where the kernel counts the processes that it killed for memory: cgroup v2, then v1. */
const counters: readonly { readonly group: RegExp; readonly file: (path: string) => string }[] = [
  { group: /^0::(.*)$/m, file: (path) => `/sys/fs/cgroup${path}/memory.events` },
  { group: /^0::(.*)$/m, file: () => '/sys/fs/cgroup/memory.events' },
  {
    group: /^\d+:memory:(.*)$/m,
    file: (path) => `/sys/fs/cgroup/memory${path}/memory.oom_control`,
  },
  { group: /^\d+:memory:(.*)$/m, file: () => '/sys/fs/cgroup/memory/memory.oom_control' },
];

/**
 * Tells a process that was killed for memory from one that somebody else killed: in the first case the
 * platform has to see the connection drop, or it does not ask the container engine for the reason.
 */
export class MemoryWatch {
  #seen = oomKills();

  /** @returns whether the kernel killed a process of this container for memory since the last call */
  hasKilled(): boolean {
    const before = this.#seen;
    this.#seen = oomKills();
    return this.#seen > before;
  }
}

function oomKills(): number {
  const own = readText('/proc/self/cgroup');
  for (const { group, file } of counters) {
    const path = group.exec(own)?.[1];
    const count = path === undefined ? undefined : /^oom_kill (\d+)$/m.exec(readText(file(path)));
    if (count?.[1] !== undefined) return Number(count[1]);
  }
  return 0;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
