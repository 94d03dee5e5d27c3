import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { systemCode } from '../errors.ts';
import { sentinel } from '../protocol/sentinel.ts';

const retryMs = 2;

/** Where the logs of an action go. One kind is chosen at start; loops don't know which. */
export interface LogSink {
  /** For what the launcher itself has to write. */
  readonly own: Logs;
  /** For what the loops of a worker write. */
  of(worker: number): Logs;
  /** Takes in what was written last; settles when all is out. */
  close(): Promise<void> | undefined;
}

/** The logs of activations of which one runs after the other, unless their loop multiplexes. */
export interface Logs {
  readonly stdout: LogStream;
  readonly stderr: LogStream;
  /** From now on, what is written is the activation's. */
  beginActivation(activation: LoggedActivation): void;
  /** Ends an activation's logs, or those of what was none. A promise when the reader is slow. */
  endActivation(ended?: LoggedActivation): Promise<void> | undefined;
  /** The last lines that the running activation wrote to stderr, where the launcher sees them. */
  lastErrors(): readonly string[];
  /** Takes in what a process has written that is gone. */
  takeIn(): void;
}

/** What log lines can tell of the activation that they are of. */
export interface LoggedActivation {
  readonly id: string | undefined;
  readonly language: string;
  /** Epoch ms. */
  readonly start: number;
}

export interface LogStream {
  /** What a child gets as its stdout or stderr. */
  readonly fd: number;
  /** Settles when all is written; set only while the reader is slow, and then nothing more should be produced. */
  readonly pending: Promise<void> | undefined;
  /** Writes bytes of the action that the launcher holds. */
  write(bytes: Buffer): void;
}

/** The container's own stdout and stderr, which the children inherit: no copy is made, nothing is reordered. */
export function openRawLogs(): LogSink {
  const stdout = new RawStream(1);
  const stderr = new RawStream(2);
  const own: Logs = {
    stdout,
    stderr,
    beginActivation: () => undefined,
    lastErrors: () => [],
    takeIn: () => undefined,
    endActivation() {
      stdout.write(sentinel);
      stderr.write(sentinel);
      return allWritten(stdout, stderr);
    },
  };
  return { own, of: () => own, close: () => allWritten(stdout, stderr) };
}

/** @returns undefined when that is so already */
export function allWritten(one: LogStream, other: LogStream): Promise<void> | undefined {
  if (one.pending === undefined) return other.pending;
  return one.pending.then(() => other.pending);
}

/**
 * Neither `process.stdout` nor a socket may touch the descriptor that the action inherits: that makes the
 * shared pipe non-blocking, and a Python child then silently lost 88 % of a 500 kB print (measured).
 * So the launcher writes through a description of the same pipe of its own, which never blocks it.
 */
export class RawStream implements LogStream {
  readonly fd: number;
  readonly #own: number;
  #waiting: Buffer[] = [];
  #pending: Promise<void> | undefined;

  constructor(inherited: number) {
    this.fd = reopen(inherited, 0) ?? inherited;
    this.#own = reopen(inherited, constants.O_NONBLOCK) ?? inherited;
  }

  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  write(bytes: Buffer): void {
    if (this.#pending === undefined) {
      const rest = this.#tryToWrite(bytes);
      if (rest.length === 0) return;
      this.#pending = this.#writeWaiting();
      this.#waiting.push(rest);
    } else {
      this.#waiting.push(bytes);
    }
  }

  async #writeWaiting(): Promise<void> {
    do {
      await delay(retryMs);
      this.#writeFirst();
    } while (this.#waiting.length > 0);
    this.#pending = undefined;
  }

  #writeFirst(): void {
    for (let first = this.#waiting.shift(); first !== undefined; first = this.#waiting.shift()) {
      const rest = this.#tryToWrite(first);
      if (rest.length === 0) continue;
      this.#waiting.unshift(rest);
      return;
    }
  }

  /** @returns what the pipe did not take */
  #tryToWrite(bytes: Buffer): Buffer {
    let rest = bytes;
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(this.#own, rest));
    } catch (thrown) {
      // A reader that is gone for good wants nothing more.
      if (systemCode(thrown) !== 'EAGAIN') return rest.subarray(rest.length);
    }
    return rest;
  }
}

/**
 * Another description of the pipe behind `fd`: flags that anybody sets on one do not show on the other.
 * Only pipes can be had twice: a file would get a second offset, and a socket can't be opened by path.
 */
function reopen(fd: number, flags: number): number | undefined {
  try {
    if (!fstatSync(fd).isFIFO()) return undefined;
    const own = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | flags);
    if (own > 2) return own;
    closeSync(own);
  } catch {
    // Not permitted where another user made the pipe: the inherited one has to do.
  }
  return undefined;
}
