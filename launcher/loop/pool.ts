import { setTimeout as delay } from 'node:timers/promises';

import type { Watch } from '../observer.ts';
import type { Activation } from '../protocol/activation.ts';
import type { Logs } from './logs.ts';
import type { Loop } from './loop.ts';
import type { MemoryWatch } from './memory.ts';
import { Vigil } from './vigil.ts';
import { WaitingRoom } from './waiting-room.ts';
import type { Job } from './waiting-room.ts';
import { shuttingDown, Worker } from './worker.ts';

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

/** How long a stopped loop's activation may take to be answered. */
const answerMs = 100;

/** Shares one action's loop between activations. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #room: WaitingRoom;
  readonly #worker: Worker;
  readonly #vigil = new Vigil();
  #running: Promise<void> | undefined;
  #isStopping = false;

  constructor(options: PoolOptions) {
    const { first, start, logs, memory, queue, timeoutMs } = options;
    this.#options = options;
    this.#room = new WaitingRoom(queue);
    const onAsked = (answer: Promise<unknown>): void => {
      if (this.#room.size === 0) this.#vigil.keep(answer);
    };
    this.#worker = new Worker(first, { start, logs, memory, timeoutMs, onAsked });
  }

  /** Whether a loop is there to take work now or after what it works on. */
  get isReady(): boolean {
    return this.#worker.isAlive && !this.#isStopping;
  }

  get status(): PoolStatus {
    const there = this.#running === undefined ? 'idle' : 'busy';
    const gone = this.#worker.isStarting ? 'starting' : 'gone';
    return { loop: this.#worker.isAlive ? there : gone, waiting: this.#room.size };
  }

  /**
   * Runs one activation when its turn comes, and ends its logs.
   * @param watch is told when it begins and how it ends
   * @throws LauncherError queue-full, shutting-down, and what `Loop.ask` throws
   */
  run(activation: Activation, watch?: Watch): Promise<Buffer> {
    if (this.#isStopping) return Promise.reject(shuttingDown());
    return new Promise((resolve, reject) => {
      const job = { activation, watch, resolve, reject };
      if (this.#running === undefined) this.#running = this.#perform(job);
      else this.#room.enter(job);
    });
  }

  /** Lets all that was taken end, and stops the loop. Nobody may come with more. */
  async finish(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    await this.drain(0);
  }

  /** Takes no more work, gives what runs `graceMs` to end, and stops the loop. */
  async drain(graceMs: number): Promise<void> {
    this.#isStopping = true;
    this.#worker.retire();
    this.#room.clear(shuttingDown());
    if (this.#running !== undefined) {
      const ended = new AbortController();
      const grace = delay(graceMs, undefined, { signal: ended.signal }).catch(() => undefined);
      await Promise.race([this.#running, grace]);
      ended.abort();
    }
    await this.#worker.stop();
    // Its answer is there at once; its logs may have a reader that does not read.
    await Promise.race([this.#running, delay(answerMs)]);
  }

  async #perform({ activation, watch, resolve, reject }: Job): Promise<void> {
    const { id } = activation;
    const { logs, language } = this.#options;
    const logged = { id, language, start: Date.now() };
    logs.beginActivation(logged);
    watch?.begins(activation);
    const outcome = await this.#worker.perform(activation);
    watch?.ends(outcome);
    const logsWritten = logs.endActivation(logged);
    if (logsWritten !== undefined) await logsWritten;
    // The next one goes to the loop before this answer goes out: the loop need not wait for HTTP.
    this.#next();
    if (Buffer.isBuffer(outcome)) resolve(outcome);
    else reject(outcome.error);
  }

  #next(): void {
    const job = this.#room.next();
    this.#running = job && this.#perform(job);
  }
}
