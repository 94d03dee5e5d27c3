import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';

import { LauncherError } from '../errors.ts';
import type { Activation } from '../protocol/activation.ts';
import { LineSplitter } from '../protocol/lines.ts';
import { LastWord, readForeignReply } from '../protocol/reply.ts';
import type { ReplyReader } from '../protocol/reply.ts';
import type { Environment } from '../settings.ts';
import { Inlet } from './inlet.ts';
import { Leftover } from './leftover.ts';
import type { Logs } from './logs.ts';
import type { Pipes } from './pipes.ts';
import { Questions } from './questions.ts';
import { describeEnding, endingOf, spawnGroup } from './spawn.ts';
import type { Ending } from './spawn.ts';
import { killGroup, signalGroup, stateOf, stopGroup } from './stop.ts';

/** One subprocess that answers lines. What it has to do with HTTP it does not know. */
export interface Loop {
  /** Settles when its process is gone, whatever the reason. */
  readonly ended: Promise<Ending>;
  /** Whether it can be asked: false from the moment that its process is gone, or has said that it goes. */
  readonly isAlive: boolean;
  /** Whether it may be asked again before it has answered. */
  readonly multiplexes: boolean;
  /**
   * @param timeoutMs how long it may take from now; undefined for no limit
   * @returns the result's JSON, without a newline
   * @throws LauncherError bad-result, action-failed, command-exited, deadline-passed, result-too-large
   */
  ask(activation: Activation, timeoutMs: number | undefined): Promise<Buffer>;
  /** Settles when the whole process group is gone. */
  stop(): Promise<void>;
}

export interface LoopCommand {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly environment: Environment;
}

export interface LoopMeans {
  readonly pipes: Pipes;
  readonly logs: Logs;
  readonly maxLineBytes: number;
}

/** Why the launcher killed a process, and for which activation: the others in it are not to blame. */
interface Kill {
  readonly number: number;
  readonly reason: LauncherError;
}

/** A process was gone before it had read the activation: another one can be asked. */
export class Unheard extends LauncherError {}

/** A process that is asked line by line: stdin in, fd 3 out. stdout and stderr are its logs alone. */
export class LineLoop implements Loop {
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #input: Socket;
  readonly #leftover: Leftover;
  readonly #logs: Logs;
  readonly #results: Inlet;
  readonly #splitter: LineSplitter;
  readonly #questions: Questions;
  #readReply: ReplyReader = (outcome, number) => ({ number, outcome });
  #multiplexes = false;
  #ending: Ending | undefined;
  #isLeaving = false;
  #kill: Kill | undefined;

  /** Starts the process. The first line that it writes may come at any time after. */
  static async start(command: LoopCommand, means: LoopMeans): Promise<LineLoop> {
    const input = await means.pipes.open('write');
    const results = await means.pipes.open('read');
    const { stdout, stderr } = means.logs;
    const stdio = [input.theirs, stdout.fd, stderr.fd, results.theirs];
    try {
      const child = await spawnGroup({ ...command, stdio });
      const leftover = new Leftover(input.theirs);
      const ends = { input: input.ours, results: results.ours, leftover };
      return new LineLoop(child, ends, means);
    } catch (cause) {
      closeSync(input.ours);
      closeSync(results.ours);
      throw new LauncherError('start-failed', `command exited: ${String(cause)}`, { cause });
    } finally {
      closeSync(input.theirs);
      closeSync(results.theirs);
    }
  }

  private constructor(
    child: ChildProcess,
    ends: { readonly input: number; readonly results: number; readonly leftover: Leftover },
    { logs, maxLineBytes }: LoopMeans,
  ) {
    this.#child = child;
    this.#logs = logs;
    this.#splitter = new LineSplitter(maxLineBytes, {
      line: (line) => this.#hear(line),
      tooLong: (start) => this.#killFor(this.#numberOf(start), tooLarge(maxLineBytes)),
    });
    this.#questions = new Questions((number, elapsedMs, allowedMs) => {
      this.#killFor(number, tooLate(elapsedMs, allowedMs));
    });
    this.#input = new Socket({ fd: ends.input, readable: false, writable: true });
    // A process that does not read its stdin is no failure; one that died is told by its exit.
    this.#input.on('error', () => this.#input.destroy());
    this.#leftover = ends.leftover;
    this.#results = new Inlet(ends.results, (bytes) => this.#splitter.push(bytes));
    this.ended = endingOf(child).then((ending) => this.#end(ending));
  }

  /** From now on lines are answers to activations, and this tells what they say. */
  answersWith(reader: ReplyReader, multiplexes = false): void {
    this.#readReply = reader;
    this.#multiplexes = multiplexes;
    this.#questions.startAnew();
  }

  ask(activation: Activation, timeoutMs: number | undefined): Promise<Buffer> {
    if (this.#readReply === readForeignReply) this.#dropStaleLines();
    return this.exchange(activation.line, timeoutMs);
  }

  get isAlive(): boolean {
    return this.#ending === undefined && !this.#isLeaving;
  }

  get multiplexes(): boolean {
    return this.#multiplexes;
  }

  /** Whether its process waits for something, such as a line. */
  get isAsleep(): boolean {
    return stateOf(this.#pid) === 'S';
  }

  /** Writes a line (with its newline; undefined: none) and waits for its answer. */
  exchange(line: Buffer | undefined, timeoutMs: number | undefined): Promise<Buffer> {
    if (this.#ending !== undefined) return Promise.reject(exited(this.#ending));
    const answer = this.#questions.add({ line, timeoutMs });
    if (line !== undefined) this.#input.write(line);
    return answer;
  }

  async stop(): Promise<void> {
    await stopGroup(this.#pid, () => this.#input.destroy());
    await this.ended;
  }

  get #pid(): number {
    // spawnGroup returns processes that have started, and they have an id.
    return this.#child.pid ?? 0;
  }

  #killFor(number: number, reason: LauncherError): void {
    this.#kill ??= { number, reason };
    signalGroup(this.#pid, 'SIGKILL');
  }

  /** Which activation a line answers of which only the start is there. */
  #numberOf(start: Buffer): number {
    const { last } = this.#questions;
    return this.#readReply(start, last)?.number ?? last;
  }

  /** What an earlier activation wrote too much is nobody's answer. (Numbered lines tell that themselves.) */
  #dropStaleLines(): void {
    this.#results.drain();
    this.#splitter.clear();
  }

  #hear(line: Buffer): void {
    if (!this.#questions.areOpen) return;
    const reply = this.#readReply(line, this.#questions.last);
    if (reply === undefined || !this.#questions.settle(reply.number, reply.outcome)) return;
    if (!(reply.outcome instanceof LastWord)) return;
    this.#isLeaving = true;
    void this.stop();
  }

  async #end(ending: Ending): Promise<Ending> {
    this.#ending = ending;
    // What it wrote before it died is in the pipe, also when its death was told first.
    this.#results.drain();
    this.#results.close();
    this.#input.destroy();
    await killGroup(this.#pid);
    this.#logs.takeIn();
    this.#failAll(ending);
    this.#leftover.close();
    return ending;
  }

  /** What the process had not read by its end can be asked of another one. */
  #failAll(ending: Ending): void {
    const { open } = this.#questions;
    const heard = open.length - this.#leftover.countUnread(open.flatMap(({ line }) => line ?? []));
    const error = this.#kill === undefined ? exited(ending) : killedFor(this.#kill.reason);
    for (const [at, { number }] of open.entries()) {
      const own = this.#kill?.number === number ? this.#kill.reason : error;
      const isHeard = at < heard || own !== error;
      this.#questions.settle(number, isHeard ? own : new Unheard(own.code, own.message));
    }
  }
}

function killedFor({ message }: LauncherError): LauncherError {
  return new LauncherError(
    'command-exited',
    `command exited: killed with another activation that was in it. ${message}`,
  );
}

function exited(ending: Ending): LauncherError {
  return new LauncherError('command-exited', `command exited: ${describeEnding(ending)}`);
}

function tooLarge(limit: number): LauncherError {
  return new LauncherError(
    'result-too-large',
    `The result is longer than the limit of ${limit} bytes.`,
  );
}

function tooLate(elapsedMs: number, allowedMs: number): LauncherError {
  return new LauncherError(
    'deadline-passed',
    `The activation ran for ${elapsedMs} ms and was allowed ${allowedMs} ms.`,
  );
}
