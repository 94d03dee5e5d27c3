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
  readonly stream: StreamName;
  /** When it was read. */
  readonly time: Date;
  /** Counts the lines of both streams, from 1. */
  readonly seq: number;
  /** Undefined for what is written while nothing runs. */
  readonly activation: LoggedActivation | undefined;
}

export interface Capture {
  /** What is written for a line, its newline included. */
  readonly format: (line: LogLine) => string;
  /** Whether sentinels are written. */
  readonly sentinels: boolean;
}

const mostLastErrors = 10;
const newline = Buffer.from('\n');

/** Logs that are read line by line and written anew, each stream to where it belongs. */
export async function openCapturedLogs(pipes: Pipes, capture: Capture): Promise<Logs> {
  let activation: LoggedActivation | undefined;
  let seq = 0;
  let lastErrors: string[] = [];
  const open = async (stream: StreamName): Promise<CapturedStream> => {
    const { ours, theirs } = await pipes.open('read');
    const target = new RawStream(stream === 'stdout' ? 1 : 2);
    const say = (message: string): void => {
      const line = { message, stream, time: new Date(), seq: (seq += 1), activation };
      if (stream === 'stderr') lastErrors = [...lastErrors, message].slice(-mostLastErrors);
      target.write(Buffer.from(capture.format(line)));
    };
    return new CapturedStream({ ours, theirs }, target, say);
  };
  const stdout = await open('stdout');
  const stderr = await open('stderr');
  return {
    stdout,
    stderr,
    beginActivation(begun) {
      activation = begun;
      lastErrors = [];
    },
    endActivation() {
      for (const stream of [stdout, stderr]) {
        stream.takeIn();
        if (capture.sentinels) stream.endWithSentinel();
      }
      activation = undefined;
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

  constructor(
    ends: { readonly ours: number; readonly theirs: number },
    target: RawStream,
    say: (message: string) => void,
  ) {
    this.fd = ends.theirs;
    this.#target = target;
    this.#splitter = new LineSplitter(Infinity, {
      line: (line) => say(line.toString()),
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
