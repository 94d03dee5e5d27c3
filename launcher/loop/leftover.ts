import { closeSync, constants, openSync, readSync } from 'node:fs';

/** More than this of a line is in any pipe, if nobody read it. */
const leastPipeBytes = 4096;
/** More than any pipe holds unless somebody made it larger. */
const chunkBytes = 64 * 1024;

/**
 * Tells what a process has not read of its stdin by the time it is gone: another reading end of the same pipe, which
 * nobody reads before.
 */
export class Leftover {
  readonly #fd: number;

  /** @param readingEnd the process's own end */
  constructor(readingEnd: number) {
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    this.#fd = openSync(`/proc/self/fd/${readingEnd}`, flags);
  }

  /** Whether the process read nothing of this line, which was the last one that it was sent. Can be asked once. */
  isWhole(line: Buffer): boolean {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const left = chunk.subarray(0, this.#read(chunk));
    const isEnough = left.length >= Math.min(line.length, leastPipeBytes);
    return isEnough && line.subarray(0, left.length).equals(left);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #read(chunk: Buffer): number {
    try {
      return readSync(this.#fd, chunk);
    } catch {
      // Nothing is there.
      return 0;
    }
  }
}
