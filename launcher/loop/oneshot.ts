import { constants, openSync, rmSync } from 'node:fs';

import { LauncherError } from '../errors.ts';
import type { Activation } from '../protocol/activation.ts';
import { rawMembers } from '../protocol/members.ts';
import { judgeResult } from '../protocol/reply.ts';
import { toSpacedJson } from '../protocol/spaced.ts';
import { Inlet } from './inlet.ts';
import { JobFiles } from './job-files.ts';
import { jobScript, runner } from './job.ts';
import { LastLine } from './last-line.ts';
import type { Logs } from './logs.ts';
import { LineLoop } from './loop.ts';
import type { Loop, LoopCommand, LoopMeans } from './loop.ts';
import type { Pipes } from './pipes.ts';
import type { Ending } from './spawn.ts';

/** What is run for every activation, and where. */
export interface OneShotCommand extends LoopCommand {
  /** A private folder for the files of one activation. */
  readonly scratch: string;
}

const newline = Buffer.from('\n');

/**
 * Runs a program for every activation, as the Docker skeleton does: the value is its argument and its
 * stdin, the last line of its stdout is the result. A small shell that already waits does the forking:
 * Node takes 3.5 ms or more for it (measured), and a shell is what such an action needs anyway.
 */
export class OneShot implements Loop {
  readonly ended: Promise<Ending>;
  readonly multiplexes = false;
  readonly #runner: LineLoop;
  readonly #command: OneShotCommand;
  readonly #logs: Logs;
  readonly #pipes: Pipes;
  readonly #limit: number;
  #output: string;
  #files: JobFiles;

  static async start(command: OneShotCommand, means: LoopMeans): Promise<OneShot> {
    const output = await means.pipes.take();
    const argv = ['sh', '-c', runner];
    const waiting = await LineLoop.start({ ...command, argv }, means);
    return new OneShot(waiting, output, command, means);
  }

  private constructor(
    waiting: LineLoop,
    output: string,
    command: OneShotCommand,
    means: LoopMeans,
  ) {
    this.#runner = waiting;
    this.#output = output;
    this.#command = command;
    this.#logs = means.logs;
    this.#pipes = means.pipes;
    this.#limit = means.maxLineBytes;
    this.#files = new JobFiles(command.scratch);
    this.ended = waiting.ended.then((ending) => {
      rmSync(this.#output, { force: true });
      this.#files.remove();
      return ending;
    });
  }

  get isAlive(): boolean {
    return this.#runner.isAlive;
  }

  async stop(): Promise<void> {
    await this.#runner.stop();
    await this.ended;
  }

  async ask(activation: Activation, timeoutMs: number | undefined): Promise<Buffer> {
    const lastLine = new LastLine(this.#logs.stdout, this.#limit);
    this.#writeJob(activation.line.toString());
    const inlet = this.#listen(lastLine);
    try {
      await this.#runner.exchange(Buffer.from(`${this.#files.script.path}\n`), timeoutMs);
    } finally {
      await this.#collect(inlet);
    }
    return this.#result(lastLine);
  }

  #writeJob(line: string): void {
    const { input, script } = this.#files;
    const members = rawMembers(line);
    const value = toSpacedJson(members.get('value') ?? '{}');
    const { argv } = this.#command;
    input.write(value);
    script.write(jobScript({ argv, input: input.path, output: this.#output, value, members }));
  }

  #listen(lastLine: LastLine): Inlet {
    const fd = openSync(this.#output, constants.O_RDONLY | constants.O_NONBLOCK);
    const inlet: Inlet = new Inlet(fd, (bytes) => {
      lastLine.push(bytes);
      const { pending } = this.#logs.stdout;
      if (pending === undefined) return;
      inlet.pause();
      void pending.then(() => inlet.resume());
    });
    return inlet;
  }

  /** Takes in all that the program wrote; what its children in the background still hold is given to the logs. */
  async #collect(inlet: Inlet): Promise<void> {
    const everyWriterHasGone = inlet.drain();
    if (everyWriterHasGone) {
      inlet.close();
    } else {
      inlet.passTo((bytes) => this.#logs.stdout.write(Buffer.from(bytes)));
      if (this.isAlive) await this.#replaceFiles();
    }
  }

  /** The next activation gets files that no child of this one reads, and a pipe that none can write to. */
  async #replaceFiles(): Promise<void> {
    this.#files.remove();
    this.#files = new JobFiles(this.#command.scratch);
    rmSync(this.#output, { force: true });
    this.#output = await this.#pipes.take();
  }

  #result(lastLine: LastLine): Buffer {
    const tooLong = lastLine.isTooLong;
    const line = lastLine.take();
    const judged = tooLong ? this.#tooLarge() : judgeResult(trimmed(line));
    if (!(judged instanceof LauncherError)) return judged;
    const ended = line.length > 0 && line.at(-1) !== newline[0] ? newline : Buffer.alloc(0);
    this.#logs.stdout.write(Buffer.concat([line, ended]));
    throw judged;
  }

  #tooLarge(): LauncherError {
    return new LauncherError(
      'result-too-large',
      `The result is longer than the limit of ${this.#limit} bytes.`,
    );
  }
}

function trimmed(line: Buffer): Buffer {
  return Buffer.from(line.toString('latin1').trim(), 'latin1');
}
