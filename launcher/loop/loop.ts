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
import { describeEnding, endingOf, spawnGroup } from './spawn.ts';
import type { Ending } from './spawn.ts';
import { killGroup, signalGroup, stateOf, stopGroup } from './stop.ts';

/** One subprocess that answers lines. What it has to do with HTTP it does not know. */
export interface Loop {
  /** Settles when its process is gone, whatever the reason. */
  readonly ended: Promise<Ending>;
  /** Whether it can be asked: false from the moment that its process is gone, or has said that it goes. */
  readonly isAlive: boolean;
  /**
   * One activation at a time.
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

interface Waiting {
  /** What it was asked, if it was asked anything. */
  readonly line: Buffer | undefined;
  readonly resolve: (line: Buffer) => void;
  readonly reject: (error: LauncherError) => void;
  readonly timer: NodeJS.Timeout | undefined;
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
  #readReply: ReplyReader = (line) => line;
  #asked = 0;
  #waiting: Waiting | undefined;
  #ending: Ending | undefined;
  #isLeaving = false;
  /** Why the launcher killed it, if it did: the answer that its death then means. */
  #killedFor: LauncherError | undefined;

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
      tooLong: () => this.#kill(tooLarge(maxLineBytes)),
    });
    this.#input = new Socket({ fd: ends.input, readable: false, writable: true });
    // A process that does not read its stdin is no failure; one that died is told by its exit.
    this.#input.on('error', () => this.#input.destroy());
    this.#leftover = ends.leftover;
    this.#results = new Inlet(ends.results, (bytes) => this.#splitter.push(bytes));
    this.ended = endingOf(child).then((ending) => this.#end(ending));
  }

  /** From now on lines are answers to activations, and this tells what they say. */
  answersWith(reader: ReplyReader): void {
    this.#readReply = reader;
    this.#asked = 0;
  }

  ask(activation: Activation, timeoutMs: number | undefined): Promise<Buffer> {
    if (this.#readReply === readForeignReply) this.#dropStaleLines();
    return this.exchange(activation.line, timeoutMs);
  }

  get isAlive(): boolean {
    return this.#ending === undefined && !this.#isLeaving;
  }

  /** Whether its process waits for something, such as a line. */
  get isAsleep(): boolean {
    return stateOf(this.#pid) === 'S';
  }

  /** Writes a line (with its newline; undefined: none) and waits for the next one. */
  exchange(line: Buffer | undefined, timeoutMs: number | undefined): Promise<Buffer> {
    if (this.#ending !== undefined) return Promise.reject(exited(this.#ending));
    this.#asked += 1;
    return new Promise((resolve, reject) => {
      const timer = this.#deadline(timeoutMs);
      this.#waiting = { line, resolve, reject, timer };
      if (line !== undefined) this.#input.write(line);
    });
  }

  async stop(): Promise<void> {
    await stopGroup(this.#pid, () => this.#input.destroy());
    await this.ended;
  }

  get #pid(): number {
    // spawnGroup returns processes that have started, and they have an id.
    return this.#child.pid ?? 0;
  }

  #deadline(timeoutMs: number | undefined): NodeJS.Timeout | undefined {
    if (timeoutMs === undefined) return undefined;
    const start = Date.now();
    return setTimeout(() => this.#kill(tooLate(Date.now() - start, timeoutMs)), timeoutMs);
  }

  #kill(reason: LauncherError): void {
    this.#killedFor ??= reason;
    signalGroup(this.#pid, 'SIGKILL');
  }

  /** What an earlier activation wrote too much is nobody's answer. (Numbered lines tell that themselves.) */
  #dropStaleLines(): void {
    this.#waiting = undefined;
    this.#results.drain();
    this.#splitter.clear();
  }

  #hear(line: Buffer): void {
    if (this.#waiting === undefined) return;
    const reply = this.#readReply(line, this.#asked);
    if (reply === undefined) return;
    this.#settle(reply);
    if (!(reply instanceof LastWord)) return;
    this.#isLeaving = true;
    void this.stop();
  }

  #settle(outcome: Buffer | LauncherError): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    clearTimeout(waiting.timer);
    if (outcome instanceof LauncherError) waiting.reject(outcome);
    else waiting.resolve(outcome);
  }

  async #end(ending: Ending): Promise<Ending> {
    this.#ending = ending;
    // What it wrote before it died is in the pipe, also when its death was told first.
    this.#results.drain();
    this.#results.close();
    this.#input.destroy();
    await killGroup(this.#pid);
    this.#logs.takeIn();
    this.#settle(this.#killedFor ?? this.#died(ending));
    this.#leftover.close();
    return ending;
  }

  #died(ending: Ending): LauncherError {
    const { code, message } = exited(ending);
    const line = this.#waiting?.line;
    const isUnheard = line !== undefined && this.#leftover.isWhole(line);
    return isUnheard ? new Unheard(code, message) : new LauncherError(code, message);
  }
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
