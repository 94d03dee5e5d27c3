import { CapturedStream } from './captured-stream.ts';
import { allWritten, RawStream } from './logs.ts';
import type { LoggedActivation, Logs, LogSink } from './logs.ts';
import type { Pipe, Pipes } from './pipes.ts';

export type StreamName = 'stdout' | 'stderr';

/** One line that an action wrote. */
export interface LogLine {
  readonly message: string;
  /** The message as it came, which need not be UTF-8. */
  readonly bytes: Buffer;
  readonly stream: StreamName;
  /** When it was read. */
  readonly time: Date;
  /** Counts the lines of all streams in the order in which they were read, from 1. */
  readonly seq: number;
  /** Undefined for what is written while nothing runs, or where several run and nobody can tell whose it is. */
  readonly activation: LoggedActivation | undefined;
}

/** Sees every line as well. */
export type LogTap = (line: LogLine) => void;

/** What is the same for every format. */
export interface LogWish {
  readonly tap: LogTap | undefined;
  /** How many workers write at once. */
  readonly workers: number;
}

export interface Capture extends LogWish {
  /** What is written for a line, its newline included. */
  readonly format: (line: LogLine) => string | Buffer;
  /** Whether sentinels are written. */
  readonly sentinels: boolean;
}

/** Where lines go, and what counts them. */
interface Outlet extends Capture {
  readonly stdout: RawStream;
  readonly stderr: RawStream;
  readonly nextSeq: () => number;
}

const mostLastErrors = 10;

/** Logs that are read line by line and written anew, each stream to where it belongs. */
export async function openCapturedLogs(pipes: Pipes, capture: Capture): Promise<LogSink> {
  let seq = 0;
  const nextSeq = (): number => (seq += 1);
  const outlet = { ...capture, stdout: new RawStream(1), stderr: new RawStream(2), nextSeq };
  const open = async (): Promise<CapturedLogs> =>
    new CapturedLogs(await pipes.open('read'), await pipes.open('read'), outlet);
  const own = await open();
  const several: CapturedLogs[] = [];
  for (let n = 0; n < capture.workers && capture.workers > 1; n += 1) several.push(await open());
  return {
    own,
    of: (worker) => several[worker] ?? own,
    close() {
      for (const logs of [own, ...several]) logs.takeIn();
      return allWritten(outlet.stdout, outlet.stderr);
    },
  };
}

class CapturedLogs implements Logs {
  readonly stdout: CapturedStream;
  readonly stderr: CapturedStream;
  readonly #outlet: Outlet;
  /** Whether what an activation writes goes out at its end, as one with its sentinel. */
  readonly #isHeld: boolean;
  /** More than one where a loop multiplexes, or a new version of the action runs beside the old one. */
  #running: readonly LoggedActivation[] = [];
  #lastErrors: string[] = [];

  constructor(stdout: Pipe, stderr: Pipe, outlet: Outlet) {
    this.#outlet = outlet;
    this.#isHeld = outlet.sentinels && outlet.workers > 1;
    this.stdout = new CapturedStream(stdout, outlet.stdout, (line) => this.#format('stdout', line));
    this.stderr = new CapturedStream(stderr, outlet.stderr, (line) => this.#format('stderr', line));
  }

  beginActivation(begun: LoggedActivation): void {
    if (this.#running.length === 0) this.#lastErrors = [];
    this.#running = [...this.#running, begun];
    if (this.#isHeld) for (const stream of this.#streams) stream.hold();
  }

  endActivation(ended?: LoggedActivation): Promise<void> | undefined {
    for (const stream of this.#streams) {
      stream.takeIn();
      if (this.#outlet.sentinels) stream.endWithSentinel();
    }
    this.#running = this.#running.filter((one) => one !== ended);
    if (this.#running.length === 0) for (const stream of this.#streams) stream.letGo();
    return allWritten(this.stdout, this.stderr);
  }

  lastErrors(): readonly string[] {
    this.stderr.takeIn();
    return this.#lastErrors;
  }

  takeIn(): void {
    for (const stream of this.#streams) stream.takeIn();
  }

  get #streams(): readonly CapturedStream[] {
    return [this.stdout, this.stderr];
  }

  #format(stream: StreamName, bytes: Buffer): Buffer {
    const message = bytes.toString();
    const activation = this.#running.length === 1 ? this.#running[0] : undefined;
    const { nextSeq, tap, format } = this.#outlet;
    const line = { message, bytes, stream, time: new Date(), seq: nextSeq(), activation };
    if (stream === 'stderr') {
      this.#lastErrors = [...this.#lastErrors, message].slice(-mostLastErrors);
    }
    tap?.(line);
    const formatted = format(line);
    return typeof formatted === 'string' ? Buffer.from(formatted) : formatted;
  }
}
