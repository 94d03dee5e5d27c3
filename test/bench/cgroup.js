import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A memory cgroup of our own, where the machine lets us make one.
 * @typedef {{usage: number, withoutInactiveFiles: number, anonymous: number}} Memory bytes
 */
export class Cgroup {
  #path;
  #isV2;

  /** @param {string} path @param {boolean} isV2 */
  constructor(path, isV2) {
    this.#path = path;
    this.#isV2 = isV2;
  }

  static make() {
    const name = `polyglot-bench-${process.pid}`;
    for (const [parent, isV2] of /** @type {[string, boolean][]} */ ([
      ['/sys/fs/cgroup/memory', false],
      ['/sys/fs/cgroup', true],
    ])) {
      const path = join(parent, name);
      const usage = isV2 ? 'memory.current' : 'memory.usage_in_bytes';
      if (!tryTo(() => mkdirSync(path))) continue;
      if (existsSync(join(path, usage))) return new Cgroup(path, isV2);
      tryTo(() => rmdirSync(path));
    }
    return undefined;
  }

  /** The command that runs `argv` in it from its first page on. @param {string[]} argv */
  command(argv) {
    return ['sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', this.#path, ...argv];
  }

  /** @returns {number[]} the processes in it */
  pids() {
    return this.#read('cgroup.procs').split('\n').filter(Boolean).map(Number);
  }

  /** @returns {Memory} */
  memory() {
    const [usageFile, prefix] = this.#isV2
      ? ['memory.current', '']
      : ['memory.usage_in_bytes', 'total_'];
    const stat = new Map(
      this.#read('memory.stat')
        .split('\n')
        .map((line) => line.split(' '))
        .map(([key, value]) => [key, Number(value)]),
    );
    /** @param {string} key */
    const bytes = (key) => stat.get(`${prefix}${key}`) ?? 0;
    const usage = Number(this.#read(usageFile));
    const anonymous = this.#isV2
      ? bytes('anon') + bytes('kernel')
      : bytes('rss') + Number(this.#read('memory.kmem.usage_in_bytes'));
    return { usage, withoutInactiveFiles: usage - bytes('inactive_file'), anonymous };
  }

  remove() {
    tryTo(() => rmdirSync(this.#path));
  }

  /** @param {string} file */
  #read(file) {
    return readFileSync(join(this.#path, file), 'utf8').trim();
  }
}

/** @param {() => void} action @returns {boolean} whether it worked */
function tryTo(action) {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
