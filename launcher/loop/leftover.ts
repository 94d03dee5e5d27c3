import { closeSync, constants, openSync, readSync } from 'node:fs';

/** More than this of a line is in any pipe, if nobody read it. */
const leastPipeBytes = 4096;
/** More than any pipe holds unless somebody made it larger. */
const chunkBytes = 64 * 1024;
const newline = 0x0a;

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

  /** Of how many of these lines, which it was sent last, the process read nothing. Can be asked once. */
  countUnread(lines: readonly Buffer[]): number {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let left = chunk.subarray(0, this.#read(chunk));
    let count = 0;
    for (const line of lines.toReversed()) {
      const start = startOfLast(left, line);
      if (start === undefined) break;
      left = left.subarray(0, start);
      count += 1;
    }
    return count;
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

/** Where in the bytes the line starts that ends them; it may lack its own end where the pipe could not take all of it. */
function startOfLast(bytes: Buffer, line: Buffer): number | undefined {
  const isCut = bytes.at(-1) !== newline;
  const start = isCut ? bytes.lastIndexOf(newline) + 1 : bytes.length - line.length;
  if (start < 0) return undefined;
  const part = bytes.subarray(start);
  const isEnough = part.length >= Math.min(line.length, leastPipeBytes);
  return isEnough && line.subarray(0, part.length).equals(part) ? start : undefined;
}
