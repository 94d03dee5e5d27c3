import { cgroupFile } from './cgroup.ts';

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

/** Where the kernel counts the processes that it killed for memory: cgroup v2, then v1. */
function oomKills(): number {
  for (const file of ['memory.events', 'memory.oom_control']) {
    const count = /^oom_kill (\d+)$/m.exec(cgroupFile('memory', file) ?? '')?.[1];
    if (count !== undefined) return Number(count);
  }
  return 0;
}
