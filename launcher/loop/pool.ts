import { setTimeout as delay } from 'node:timers/promises';

import type { Observer, Watch } from '../observer.ts';
import type { Activation } from '../protocol/activation.ts';
import type { LogSink } from './logs.ts';
import type { Loop } from './loop.ts';
import type { MemoryWatch } from './memory.ts';
import { Vigil } from './vigil.ts';
import { WaitingRoom } from './waiting-room.ts';
import type { Job } from './waiting-room.ts';
import { shuttingDown, Worker } from './worker.ts';
import type { WorkerState } from './worker.ts';

export interface PoolOptions {
  /** A loop that has the action loaded. */
  readonly first: Loop;
  /** Starts another one for a worker, which are counted from 0. */
  readonly start: (worker: number) => Promise<Loop>;
  /** How many loops share the work. */
  readonly workers: number;
  readonly logs: LogSink;
  /** The name of the action's language. */
  readonly language: string;
  readonly memory: MemoryWatch;
  readonly observer: Observer | undefined;
  /** How many activations may wait for a loop. */
  readonly queue: number;
  /** The longest activation in milliseconds, from its start in the loop; 0 for no limit. */
  readonly timeoutMs: number;
}

export interface PoolStatus {
  /** Of several, what the one does that an activation would find. */
  readonly loop: WorkerState;
  /** How many activations wait. */
  readonly waiting: number;
}

/** How long a stopped loop's activation may take to be answered. */
const answerMs = 100;
/** What an activation would rather find. */
const preferred: readonly WorkerState[] = ['idle', 'busy', 'starting'];

/** Shares the loops of one action between activations. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #room: WaitingRoom;
  readonly #workers: readonly Worker[];
  readonly #vigil = new Vigil();
  readonly #running = new Map<Job, Promise<void>>();
  #isStopping = false;

  /** The first loop can be asked at once; the others start meanwhile. */
  constructor(options: PoolOptions) {
    this.#options = options;
    this.#room = new WaitingRoom(options.queue);
    this.#workers = Array.from({ length: options.workers }, (_, n) => this.#worker(n));
    this.#workers[0]?.adopt(options.first);
    for (const worker of this.#workers) worker.revive();
  }

  /** Whether a loop is there to take work now or after what it works on. */
  get isReady(): boolean {
    return !this.#isStopping && this.#workers.some((worker) => worker.isAlive);
  }

  get status(): PoolStatus {
    const states = this.#workers.map(({ state }) => state);
    const loop = preferred.find((state) => states.includes(state)) ?? 'gone';
    return { loop, waiting: this.#room.size };
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
      const worker = this.#freeWorker();
      if (worker === undefined) this.#wait(job);
      else this.#begin(job, worker);
    });
  }

  /** Lets all that was taken end, and stops the loops. Nobody may come with more. */
  async finish(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
    await this.drain(0);
  }

  /** Takes no more work, gives what runs `graceMs` to end, and stops the loops. */
  async drain(graceMs: number): Promise<void> {
    this.#isStopping = true;
    for (const worker of this.#workers) worker.retire();
    this.#room.clear(shuttingDown());
    const ended = new AbortController();
    const grace = delay(graceMs, undefined, { signal: ended.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#running.values()), grace]);
    ended.abort();
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    // Its answer is there at once; its logs may have a reader that does not read.
    await Promise.race([Promise.all(this.#running.values()), delay(answerMs)]);
  }

  #worker(n: number): Worker {
    const { start, logs, language, memory, observer, timeoutMs } = this.#options;
    return new Worker({
      ...{ logs: logs.of(n), language, memory, observer, timeoutMs },
      start: () => start(n),
      onAsked: (answer) => {
        if (this.#room.size === 0) this.#vigil.keep(answer);
      },
      onDone: (job) => {
        this.#running.delete(job);
        this.#next();
      },
      onStarted: () => this.#next(),
    });
  }

  /** Who can take an activation now, and has the least to do. Where all loops are gone somebody has to be told why. */
  #freeWorker(): Worker | undefined {
    let free: Worker | undefined;
    for (const worker of this.#workers) {
      if (worker.hasRoom && (free === undefined || worker.load < free.load)) free = worker;
    }
    if (free !== undefined || this.#workers.some(({ load }) => load > 0)) return free;
    return this.#workers.find(({ state }) => state === 'starting') ?? this.#workers[0];
  }

  #wait(job: Job): void {
    this.#room.enter(job);
    this.#reviveIdle();
  }

  /** A loop that did not start again is tried again when somebody waits for one. */
  #reviveIdle(): void {
    for (const worker of this.#workers) if (worker.load === 0) worker.revive();
  }

  #begin(job: Job, worker: Worker): void {
    this.#running.set(job, worker.perform(job));
  }

  #next(): void {
    while (this.#room.size > 0) {
      const worker = this.#freeWorker();
      if (worker === undefined) break;
      const job = this.#room.next();
      if (job !== undefined) this.#begin(job, worker);
    }
    if (this.#room.size > 0) this.#reviveIdle();
  }
}
