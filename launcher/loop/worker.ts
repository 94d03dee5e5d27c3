import { setTimeout as delay } from 'node:timers/promises';

import { LauncherError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { Observer, Result } from '../observer.ts';
import type { Activation } from '../protocol/activation.ts';
import { LastWord } from '../protocol/reply.ts';
import type { Logs } from './logs.ts';
import { Unheard } from './loop.ts';
import type { Loop } from './loop.ts';
import type { MemoryWatch } from './memory.ts';
import { timeLimit } from './time-limit.ts';
import type { Job } from './waiting-room.ts';

export interface WorkerOptions {
  /** Starts a loop that has the action loaded. */
  readonly start: () => Promise<Loop>;
  /** Where its loops write. */
  readonly logs: Logs;
  /** The name of the action's language. */
  readonly language: string;
  readonly memory: MemoryWatch;
  readonly observer: Observer | undefined;
  /** The longest activation in milliseconds, from its start in the loop; 0 for no limit. */
  readonly timeoutMs: number;
  /** Is told of every answer that a loop is asked for while it works on nothing else. */
  readonly onAsked: (answer: Promise<unknown>) => void;
  /** Is told when an activation is done, and another one can be. */
  readonly onDone: (job: Job) => void;
  /** Is told when there is another loop, or when it did not start. */
  readonly onStarted: () => void;
}

export type WorkerState = 'starting' | 'idle' | 'busy' | 'gone';

/** What the death of a process looks like: its own, or that of the program that a one-shot runs. */
const deadly: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['command-exited', 'bad-result']);
/** What is in one process at once, where it multiplexes: about as many connections as a container may have open. */
const mostAtOnce = 1000;
const firstPauseMs = 100;
const longestPauseMs = 5000;

/** A loop, and after its death the next one. */
export class Worker {
  readonly #options: WorkerOptions;
  #load = 0;
  #loop: Loop | undefined;
  #starting: Promise<Loop> | undefined;
  readonly #stop = new AbortController();
  /** How many loops in a row died without having answered. */
  #deaths = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  get state(): WorkerState {
    if (this.isAlive) return this.#load === 0 ? 'idle' : 'busy';
    return this.#starting === undefined ? 'gone' : 'starting';
  }

  get isAlive(): boolean {
    return this.#loop?.isAlive ?? false;
  }

  /** How many activations it works on. */
  get load(): number {
    return this.#load;
  }

  /** Whether its loop lives and can be asked now. */
  get hasRoom(): boolean {
    if (!this.isAlive) return false;
    return this.#load === 0 || (this.#load < mostAtOnce && this.#loop?.multiplexes === true);
  }

  /** Takes a loop that has the action loaded. */
  adopt(loop: Loop): void {
    this.#loop = loop;
    this.#options.observer?.loop(loop.ended, this.#stop.signal);
    void loop.ended.then(() => this.#replace(loop));
  }

  /** Starts a loop where there is none. If it does not start, who asks next starts another one and is told why. */
  revive(): void {
    if (!this.isAlive) this.#startLoop().catch(() => undefined);
  }

  /** Asks the loop, or the next one where this one is gone, ends the logs, and answers who waits. */
  async perform(job: Job): Promise<void> {
    const { activation, watch } = job;
    this.#load += 1;
    const { logs, language } = this.#options;
    const logged = { id: activation.id, language, start: Date.now() };
    logs.beginActivation(logged);
    watch?.begins(activation);
    const result = await this.#resultOf(activation, false);
    watch?.ends(result);
    const logsWritten = logs.endActivation(logged);
    if (logsWritten !== undefined) await logsWritten;
    this.#load -= 1;
    // The next one goes to the loop before this answer goes out: the loop need not wait for HTTP.
    this.#options.onDone(job);
    if (Buffer.isBuffer(result)) job.resolve(result);
    else job.reject(result.error);
  }

  /** From now on no loop is started. */
  retire(): void {
    this.#stop.abort();
  }

  async stop(): Promise<void> {
    this.retire();
    await this.#starting?.catch(() => undefined);
    await this.#loop?.stop();
  }

  /** @param isRepeated a loop was gone before it had read it */
  async #resultOf(activation: Activation, isRepeated: boolean): Promise<Result> {
    let loop: Loop | undefined;
    try {
      loop = this.#loop?.isAlive ? this.#loop : await this.#startLoop();
      const answer = loop.ask(activation, timeLimit(activation, this.#options.timeoutMs));
      if (this.#load === 1) this.#options.onAsked(answer);
      const result = await answer;
      this.#deaths = 0;
      return result;
    } catch (error) {
      if (error instanceof LastWord) this.#deaths = 0;
      const explained = loop === undefined ? error : this.#explain(error, loop);
      if (error instanceof Unheard && !isRepeated) return this.#resultOf(activation, true);
      return { error: explained };
    }
  }

  #explain(error: unknown, loop: Loop): unknown {
    if (!(error instanceof LauncherError) || !deadly.has(error.code)) return error;
    if (this.#options.memory.hasKilled(loop)) {
      return new LauncherError('out-of-memory', 'The action ran out of memory and was killed.');
    }
    const lines = error.code === 'command-exited' ? this.#options.logs.lastErrors() : [];
    if (lines.length === 0) return error;
    return new LauncherError(error.code, [error.message, ...lines].join('\n'), { cause: error });
  }

  #startLoop(): Promise<Loop> {
    this.#starting ??= this.#startAnother().finally(() => {
      this.#starting = undefined;
      this.#options.onStarted();
    });
    return this.#starting;
  }

  async #startAnother(): Promise<Loop> {
    await this.#pause();
    if (this.#stop.signal.aborted) throw shuttingDown();
    try {
      const loop = await this.#options.start();
      this.adopt(loop);
      return loop;
    } catch (error) {
      this.#deaths += 1;
      throw error;
    }
  }

  /** So that an action that dies at once does not keep the machine busy with its dying. */
  async #pause(): Promise<void> {
    if (this.#deaths < 2) return;
    const { signal } = this.#stop;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (this.#deaths - 2));
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }

  #replace(dead: Loop): void {
    if (this.#loop !== dead) return;
    this.#loop = undefined;
    if (this.#stop.signal.aborted) return;
    this.#deaths += 1;
    this.revive();
  }
}

export function shuttingDown(): LauncherError {
  return new LauncherError('shutting-down', 'The launcher is shutting down.');
}
