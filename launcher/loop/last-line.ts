import type { LogStream } from './logs.ts';

const newline = 0x0a;

/**
 * Splits what a one-shot action writes to stdout: its last line is the result, the lines above are logs and
 * are passed on as they come. One newline at the very end belongs to the last line.
 */
export class LastLine {
  readonly #logs: LogStream;
  readonly #limit: number;
  /** The last line so far; a newline can only be its last byte. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #isTooLong = false;

  constructor(logs: LogStream, limit: number) {
    this.#logs = logs;
    this.#limit = limit;
  }

  /** A line that got longer than the limit: it went to the logs and can't be a result. */
  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.#held.at(-1)?.at(-1) === newline) this.#flush(true);
    const end = chunk.length === 1 ? -1 : chunk.lastIndexOf(newline, chunk.length - 2);
    if (end !== -1) {
      this.#hold(chunk.subarray(0, end + 1));
      this.#flush(true);
    }
    this.#hold(chunk.subarray(end + 1));
  }

  /** The last line with its newline, if it has one. */
  take(): Buffer {
    const line = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return line;
  }

  #hold(bytes: Buffer): void {
    this.#held.push(Buffer.from(bytes));
    this.#heldBytes += bytes.length;
    if (this.#heldBytes <= this.#limit) return;
    this.#isTooLong = true;
    this.#flush(false);
  }

  #flush(lineEnds: boolean): void {
    this.#logs.write(this.take());
    if (lineEnds) this.#isTooLong = false;
  }
}
