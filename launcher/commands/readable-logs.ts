import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';

import { Inlet } from '../loop/inlet.ts';
import type { Logs, LogStream } from '../loop/logs.ts';
import type { Pipes } from '../loop/pipes.ts';
import { LineSplitter } from '../protocol/lines.ts';

/** A line is shown in pieces from here on. */
const longestLine = 1024 ** 2;
const newline = Buffer.from('\n');

/** Logs for a person: every line tagged with its stream, no sentinels. */
export async function openReadableLogs(pipes: Pipes): Promise<Logs> {
  const isTerminal = isatty(1);
  const stdout = await TaggedStream.open(pipes, isTerminal ? '\x1b[2mout │\x1b[0m ' : 'out │ ');
  const stderr = await TaggedStream.open(pipes, isTerminal ? '\x1b[33merr │\x1b[0m ' : 'err │ ');
  return {
    stdout,
    stderr,
    endActivation() {
      stdout.endLine();
      stderr.endLine();
      return undefined;
    },
  };
}

class TaggedStream implements LogStream {
  readonly fd: number;
  readonly pending = undefined;
  readonly #inlet: Inlet;
  readonly #splitter: LineSplitter;
  #isAtLineStart = true;

  static async open(pipes: Pipes, tag: string): Promise<TaggedStream> {
    const { ours, theirs } = await pipes.open('read');
    return new TaggedStream(ours, theirs, tag);
  }

  private constructor(ours: number, theirs: number, tag: string) {
    this.fd = theirs;
    this.#splitter = new LineSplitter(longestLine, {
      line: (line) => show(`${tag}${line.toString()}\n`),
      tooLong: () => show(`${tag}(a line longer than ${longestLine} bytes)\n`),
    });
    this.#inlet = new Inlet(ours, (bytes) => this.write(bytes));
  }

  write(bytes: Buffer): void {
    this.#isAtLineStart = bytes.at(-1) === newline[0];
    this.#splitter.push(bytes);
  }

  endLine(): void {
    this.#inlet.drain();
    if (!this.#isAtLineStart) this.write(newline);
  }
}

function show(text: string): void {
  writeSync(1, text);
}
