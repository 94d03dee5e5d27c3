import { cgroupFile } from './cgroup.ts';
import type { Loop } from './loop.ts';

/**
 * Tells a process that was killed for memory from one that somebody else killed: in the first case the
 * platform has to see the connection drop, or it does not ask the container engine for the reason.
 */
export class MemoryWatch {
  #seen = oomKills();
  /** All activations that were in one process have the same reason. */
  readonly #victims = new WeakSet<Loop>();

  /**
   * @param loop whose activation came to no good end
   * @returns whether the kernel killed a process of this container for memory since the last call, or that loop before
   */
  hasKilled(loop: Loop): boolean {
    const before = this.#seen;
    this.#seen = oomKills();
    const isNew = this.#seen > before;
    if (isNew && !loop.isAlive) this.#victims.add(loop);
    return isNew || this.#victims.has(loop);
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
