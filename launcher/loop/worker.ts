import { setTimeout as delay } from 'node:timers/promises';

import { LauncherError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { Activation } from '../protocol/activation.ts';
import { LastWord } from '../protocol/reply.ts';
import type { Logs } from './logs.ts';
import { Unheard } from './loop.ts';
import type { Loop } from './loop.ts';
import type { MemoryWatch } from './memory.ts';
import { timeLimit } from './time-limit.ts';

export interface WorkerOptions {
  /** Starts a loop that has the action loaded. */
  readonly start: () => Promise<Loop>;
  readonly logs: Logs;
  readonly memory: MemoryWatch;
  /** The longest activation in milliseconds, from its start in the loop; 0 for no limit. */
  readonly timeoutMs: number;
  /** Is told of every answer that a loop is asked for. */
  readonly onAsked: (answer: Promise<unknown>) => void;
}

/** What came of an activation. */
export type Outcome = Buffer | { readonly error: unknown };

/** What the death of a process looks like: its own, or that of the program that a one-shot runs. */
const deadly: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['command-exited', 'bad-result']);
const firstPauseMs = 100;
const longestPauseMs = 5000;

/** A loop, and after its death the next one. */
export class Worker {
  readonly #options: WorkerOptions;
  #loop: Loop | undefined;
  #starting: Promise<Loop> | undefined;
  readonly #stop = new AbortController();
  /** How many loops in a row died without having answered. */
  #deaths = 0;

  /** @param first a loop that has the action loaded */
  constructor(first: Loop, options: WorkerOptions) {
    this.#options = options;
    this.#adopt(first);
  }

  get isAlive(): boolean {
    return this.#loop?.isAlive ?? false;
  }

  get isStarting(): boolean {
    return this.#starting !== undefined;
  }

  /** Asks the loop, or the next one where this one is gone. */
  perform(activation: Activation): Promise<Outcome> {
    return this.#outcomeOf(activation, false);
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
  async #outcomeOf(activation: Activation, isRepeated: boolean): Promise<Outcome> {
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
      if (error instanceof Unheard && !isRepeated) return this.#outcomeOf(activation, true);
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
    this.#starting ??= this.#startAnother().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async #startAnother(): Promise<Loop> {
    await this.#pause();
    try {
      const loop = await this.#options.start();
      this.#adopt(loop);
      return loop;
    } catch (error) {
      this.#deaths += 1;
      throw error;
    }
  }

  #adopt(loop: Loop): void {
    this.#loop = loop;
    void loop.ended.then(() => this.#replace(loop));
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
    // If it does not start either, the next activation tries again and is told why.
    this.#startLoop().catch(() => undefined);
  }
}

export function shuttingDown(): LauncherError {
  return new LauncherError('shutting-down', 'The launcher is shutting down.');
}
