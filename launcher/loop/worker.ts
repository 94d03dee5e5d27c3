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
  /** Is told of every answer that a loop is asked for. */
  readonly onAsked: (answer: Promise<unknown>) => void;
  /** Is told when there is another loop, or when it did not start. */
  readonly onStarted: () => void;
}

export type WorkerState = 'starting' | 'idle' | 'busy' | 'gone';

/** What the death of a process looks like: its own, or that of the program that a one-shot runs. */
const deadly: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['command-exited', 'bad-result']);
const firstPauseMs = 100;
const longestPauseMs = 5000;

/** A loop, and after its death the next one. */
export class Worker {
  readonly #options: WorkerOptions;
  /** How many activations it works on. */
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

  get isWorking(): boolean {
    return this.#load > 0;
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

  /** Asks the loop, or the next one where this one is gone, and ends the logs. */
  async perform({ activation, watch }: Job): Promise<Result> {
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
    return result;
  }

  /** No loop that dies from now on is replaced. */
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
    try {
      const loop = this.#loop?.isAlive ? this.#loop : await this.#startLoop();
      const answer = loop.ask(activation, timeLimit(activation, this.#options.timeoutMs));
      this.#options.onAsked(answer);
      const result = await answer;
      this.#deaths = 0;
      return result;
    } catch (error) {
      if (error instanceof LastWord) this.#deaths = 0;
      const explained = this.#explain(error);
      if (error instanceof Unheard && !isRepeated) return this.#resultOf(activation, true);
      return { error: explained };
    }
  }

  #explain(error: unknown): unknown {
    if (!(error instanceof LauncherError) || !deadly.has(error.code)) return error;
    if (this.#options.memory.hasKilled()) {
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
    if (signal.aborted) throw shuttingDown();
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
