import { LineSplitter } from '../protocol/lines.ts';
import { sentinel } from '../protocol/sentinel.ts';
import { Inlet } from './inlet.ts';
import { allWritten, RawStream } from './logs.ts';
import type { LoggedActivation, Logs, LogStream } from './logs.ts';
import type { Pipes } from './pipes.ts';

export type StreamName = 'stdout' | 'stderr';

/** One line that an action wrote. */
export interface LogLine {
  readonly message: string;
  /** The message as it came, which need not be UTF-8. */
  readonly bytes: Buffer;
  readonly stream: StreamName;
  /** When it was read. */
  readonly time: Date;
  /** Counts the lines of both streams, from 1. */
  readonly seq: number;
  /** Undefined for what is written while nothing runs. */
  readonly activation: LoggedActivation | undefined;
}

/** Sees every line as well. */
export type LogTap = (line: LogLine) => void;

export interface Capture {
  /** What is written for a line, its newline included. */
  readonly format: (line: LogLine) => string | Buffer;
  /** Whether sentinels are written. */
  readonly sentinels: boolean;
  readonly tap: LogTap | undefined;
}

const mostLastErrors = 10;
const newline = Buffer.from('\n');

/** Logs that are read line by line and written anew, each stream to where it belongs. */
export async function openCapturedLogs(pipes: Pipes, capture: Capture): Promise<Logs> {
  /** More than one where a new version of the action runs beside the old one: what is written is the last one's. */
  let running: readonly LoggedActivation[] = [];
  let seq = 0;
  let lastErrors: string[] = [];
  const open = async (stream: StreamName): Promise<CapturedStream> => {
    const { ours, theirs } = await pipes.open('read');
    const target = new RawStream(stream === 'stdout' ? 1 : 2);
    const format = (bytes: Buffer): Buffer => {
      const message = bytes.toString();
      const activation = running.at(-1);
      const line = { message, bytes, stream, time: new Date(), seq: (seq += 1), activation };
      if (stream === 'stderr') lastErrors = [...lastErrors, message].slice(-mostLastErrors);
      capture.tap?.(line);
      const formatted = capture.format(line);
      return typeof formatted === 'string' ? Buffer.from(formatted) : formatted;
    };
    return new CapturedStream({ ours, theirs }, target, format);
  };
  const stdout = await open('stdout');
  const stderr = await open('stderr');
  return {
    stdout,
    stderr,
    beginActivation(begun) {
      running = [...running, begun];
      lastErrors = [];
    },
    endActivation(ended) {
      for (const stream of [stdout, stderr]) {
        stream.takeIn();
        if (capture.sentinels) stream.endWithSentinel();
      }
      running = running.filter((one) => one !== ended);
      return allWritten(stdout, stderr);
    },
    lastErrors() {
      stderr.takeIn();
      return lastErrors;
    },
    close() {
      stdout.takeIn();
      stderr.takeIn();
      return allWritten(stdout, stderr);
    },
  };
}

class CapturedStream implements LogStream {
  readonly fd: number;
  readonly #target: RawStream;
  readonly #inlet: Inlet;
  readonly #splitter: LineSplitter;
  #isAtLineStart = true;
  /** What the lines of one chunk became: written at once, for each writing costs more than the line. */
  #formatted: Buffer[] = [];

  constructor(
    ends: { readonly ours: number; readonly theirs: number },
    target: RawStream,
    format: (line: Buffer) => Buffer,
  ) {
    this.fd = ends.theirs;
    this.#target = target;
    this.#splitter = new LineSplitter(Infinity, {
      line: (line) => this.#formatted.push(format(line)),
      tooLong: () => undefined,
    });
    this.#inlet = new Inlet(ends.ours, (bytes) => this.#receive(bytes));
  }

  get pending(): Promise<void> | undefined {
    return this.#target.pending;
  }

  write(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#isAtLineStart = bytes.at(-1) === newline[0];
    this.#splitter.push(bytes);
    if (this.#formatted.length > 0) this.#target.write(Buffer.concat(this.#formatted));
    this.#formatted = [];
  }

  /** Takes in what was written until now; a partial last line is ended. */
  takeIn(): void {
    this.#inlet.drain();
    if (!this.#isAtLineStart) this.write(newline);
  }

  endWithSentinel(): void {
    this.#target.write(sentinel);
  }

  /** A slow reader of the logs slows the action, and nothing piles up here. */
  #receive(bytes: Buffer): void {
    this.write(bytes);
    const { pending } = this;
    if (pending === undefined) return;
    this.#inlet.pause();
    void pending.then(() => this.#inlet.resume());
  }
}
