import { setTimeout as delay } from 'node:timers/promises';

import { LauncherError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { Watch } from '../observer.ts';
import type { Activation } from '../protocol/activation.ts';
import { LastWord } from '../protocol/reply.ts';
import type { Logs } from './logs.ts';
import { Unheard } from './loop.ts';
import type { Loop } from './loop.ts';
import type { MemoryWatch } from './memory.ts';
import { Vigil } from './vigil.ts';

export interface PoolOptions {
  /** A loop that has the action loaded. */
  readonly first: Loop;
  /** Starts another one. */
  readonly start: () => Promise<Loop>;
  readonly logs: Logs;
  /** The name of the action's language. */
  readonly language: string;
  readonly memory: MemoryWatch;
  /** How many activations may wait for a loop. */
  readonly queue: number;
  /** The longest activation in milliseconds, from its start in the loop; 0 for no limit. */
  readonly timeoutMs: number;
}

export interface PoolStatus {
  readonly loop: 'starting' | 'idle' | 'busy' | 'gone';
  /** How many activations wait for it. */
  readonly waiting: number;
}

interface Job {
  readonly activation: Activation;
  readonly watch: Watch | undefined;
  readonly resolve: (result: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

/** What the death of a process looks like: its own, or that of the program that a one-shot runs. */
const deadly: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['command-exited', 'bad-result']);
/** How long a stopped loop's activation may take to be answered. */
const answerMs = 100;
const firstPauseMs = 100;
const longestPauseMs = 5000;
/** The longest time that a timer of Node takes; a limit beyond it is none. */
const longestTimerMs = 2 ** 31 - 1;

/** Shares one action's loop between activations, and replaces it when it dies. */
export class Pool {
  readonly #options: PoolOptions;
  #loop: Loop | undefined;
  #starting: Promise<Loop> | undefined;
  #waiting: Job[] = [];
  #running: Promise<void> | undefined;
  readonly #stop = new AbortController();
  readonly #vigil = new Vigil();
  /** How many loops in a row died without having answered. */
  #deaths = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#adopt(options.first);
  }

  /** Whether a loop is there to take work now or after what it works on. */
  get isReady(): boolean {
    return (this.#loop?.isAlive ?? false) && !this.#isStopping;
  }

  get status(): PoolStatus {
    const running = this.#running !== undefined;
    const there = this.#loop?.isAlive ? (running ? 'busy' : 'idle') : 'gone';
    const loop = this.#starting === undefined ? there : 'starting';
    return { loop, waiting: this.#waiting.length };
  }

  /**
   * Runs one activation when its turn comes, and ends its logs.
   * @param watch is told when it begins and how it ends
   * @throws LauncherError queue-full, shutting-down, and what `Loop.ask` throws
   */
  run(activation: Activation, watch?: Watch): Promise<Buffer> {
    if (this.#isStopping) return Promise.reject(shuttingDown());
    if (this.#running !== undefined && this.#waiting.length >= this.#options.queue) {
      return Promise.reject(queueFull(this.#options.queue));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ activation, watch, resolve, reject });
      this.#next();
    });
  }

  /** Lets all that was taken end, and stops the loop. Nobody may come with more. */
  async finish(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    await this.drain(0);
  }

  /** Takes no more work, gives what runs `graceMs` to end, and stops the loop. */
  async drain(graceMs: number): Promise<void> {
    this.#stop.abort();
    for (const job of this.#waiting.splice(0)) job.reject(shuttingDown());
    if (this.#running !== undefined) {
      const ended = new AbortController();
      const grace = delay(graceMs, undefined, { signal: ended.signal }).catch(() => undefined);
      await Promise.race([this.#running, grace]);
      ended.abort();
    }
    await this.#starting?.catch(() => undefined);
    await this.#loop?.stop();
    // Its answer is there at once; its logs may have a reader that does not read.
    await Promise.race([this.#running, delay(answerMs)]);
  }

  get #isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    if (isPast(job.activation.deadline)) {
      job.reject(new LauncherError('deadline-passed', 'The deadline passed while it waited.'));
      this.#next();
    } else {
      this.#running = this.#perform(job);
    }
  }

  async #perform(job: Job): Promise<void> {
    const { id } = job.activation;
    const { logs, language } = this.#options;
    const logged = { id, language, start: Date.now() };
    logs.beginActivation(logged);
    job.watch?.begins(job.activation);
    const outcome = await this.#outcomeOf(job.activation);
    job.watch?.ends(outcome);
    const logsWritten = logs.endActivation(logged);
    if (logsWritten !== undefined) await logsWritten;
    // The next one goes to the loop before this answer goes out: the loop need not wait for HTTP.
    this.#running = undefined;
    this.#next();
    if (Buffer.isBuffer(outcome)) job.resolve(outcome);
    else job.reject(outcome.error);
  }

  /** @param isRepeated a loop was gone before it had read it */
  async #outcomeOf(
    activation: Activation,
    isRepeated = false,
  ): Promise<Buffer | { error: unknown }> {
    try {
      const loop = this.#loop?.isAlive ? this.#loop : await this.#startLoop();
      const answer = loop.ask(activation, this.#timeout(activation));
      if (this.#waiting.length === 0) this.#vigil.keep(answer);
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

  /** @returns the milliseconds that the activation has, if there is a limit */
  #timeout({ deadline }: Activation): number | undefined {
    const own = this.#options.timeoutMs === 0 ? Infinity : this.#options.timeoutMs;
    const platform = deadline === undefined ? Infinity : deadline - Date.now();
    const timeout = Math.min(own, platform);
    return timeout > longestTimerMs ? undefined : Math.max(1, timeout);
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
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (this.#deaths - 2));
    await delay(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    if (this.#isStopping) throw shuttingDown();
  }

  #replace(dead: Loop): void {
    if (this.#loop !== dead) return;
    this.#loop = undefined;
    if (this.#isStopping) return;
    this.#deaths += 1;
    // If it does not start either, the next activation tries again and is told why.
    this.#startLoop().catch(() => undefined);
  }
}

function isPast(deadline: number | undefined): boolean {
  return deadline !== undefined && deadline <= Date.now();
}

function shuttingDown(): LauncherError {
  return new LauncherError('shutting-down', 'The launcher is shutting down.');
}

function queueFull(limit: number): LauncherError {
  return new LauncherError('queue-full', `More than ${limit} activations are waiting.`);
}
