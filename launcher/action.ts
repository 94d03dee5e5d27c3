import { basename } from 'node:path';

import type { Delivered, Delivery } from './code/delivery.ts';
import type { InitPayload } from './code/payload.ts';
import type { Source } from './code/source.ts';
import type { ActionStatus } from './console/status.ts';
import { LauncherError } from './errors.ts';
import { tellFailedInit } from './failed-init.ts';
import type { Logs, LogSink } from './loop/logs.ts';
import type { Loop } from './loop/loop.ts';
import type { MemoryWatch } from './loop/memory.ts';
import { Pool } from './loop/pool.ts';
import type { Starter } from './loop/starter.ts';
import type { Language } from './manifest.ts';
import type { Observer } from './observer.ts';
import type { Activation } from './protocol/activation.ts';
import type { Settings } from './settings.ts';

export type ActionState = 'empty' | 'initialising' | 'ready' | 'draining';

export interface ActionOptions {
  readonly settings: Settings;
  readonly delivery: Delivery;
  readonly starter: Starter;
  readonly logs: LogSink;
  readonly memory: MemoryWatch;
  readonly observer: Observer | undefined;
}

type Deliver = (signal: AbortSignal) => Promise<Delivered>;

interface Served {
  readonly pool: Pool;
  readonly delivered: Delivered;
}

/**
 * The life of the action: empty, initialising, ready, draining. Both doors, HTTP and WebSocket, know
 * nothing else of it, and it knows nothing of them.
 */
export class Action {
  readonly #options: ActionOptions;
  readonly #stop = new AbortController();
  #served: Served | undefined;
  /** Replaced ones that end what they had begun. */
  readonly #retiring = new Set<Served>();
  #initialising: Promise<void> | undefined;
  /** The language of the code that came last, as far as it is known. */
  #language: Language | undefined;
  /** Code came once, and took the place of the stub if there is one. */
  #isInitialised = false;

  constructor(options: ActionOptions) {
    this.#options = options;
  }

  get state(): ActionState {
    if (this.#stop.signal.aborted) return 'draining';
    if (this.#initialising !== undefined) return 'initialising';
    return this.#isInitialised ? 'ready' : 'empty';
  }

  /** Whether a loop can take work. */
  get isReady(): boolean {
    return this.state === 'ready' && (this.#served?.pool.isReady ?? false);
  }

  /** What there is to see of it. */
  get status(): ActionStatus {
    const source = this.#served?.delivered.source;
    return {
      state: this.state,
      language: (source?.language ?? this.#language)?.name,
      entry: source && basename(source.entry),
      main: source?.main,
      ...this.#served?.pool.status,
    };
  }

  /** Lets an executable answer until there is code. */
  async serveStub(source: Source): Promise<void> {
    const delivered = { source, discard: () => Promise.resolve() };
    this.#served = await this.#serve(delivered, this.#stop.signal);
  }

  /**
   * Takes code that was sent.
   * @throws LauncherError; the action is then as before
   */
  init(payload: InitPayload): Promise<void> {
    return this.#initialise(
      (signal) => this.#options.delivery.fromPayload(payload, signal),
      payload,
    );
  }

  /** Takes code from a file or folder; @throws as `init`, and Node's own error for a path that can't be read */
  initFrom(path: string, main: string): Promise<void> {
    return this.#initialise((signal) => this.#options.delivery.fromPath(path, main, signal));
  }

  /**
   * @param read the activation that came; what it throws ends the logs where the language's platform does so
   * @returns the result's JSON
   * @throws LauncherError not-initialised or shutting-down whatever came, and what `read` and `Pool.run` throw
   */
  async run(read: () => Activation): Promise<Buffer> {
    const watch = this.#options.observer?.activation();
    try {
      const { pool, delivered } = this.#whatRuns();
      return await pool.run(this.#judge(read, delivered.source.language), watch);
    } catch (thrown) {
      watch?.fails(thrown);
      throw thrown;
    }
  }

  #whatRuns(): Served {
    if (this.#stop.signal.aborted) throw shuttingDown();
    if (this.#served !== undefined) return this.#served;
    throw new LauncherError('not-initialised', 'no action defined yet');
  }

  #judge(read: () => Activation, { oneShot }: Language): Activation {
    try {
      return read();
    } catch (thrown) {
      const isBadValue = thrown instanceof LauncherError && thrown.code === 'bad-value';
      if (isBadValue && oneShot) void this.#options.logs.own.endActivation();
      throw thrown;
    }
  }

  /** Lets running activations end, ends every process, removes every file. */
  async drain(graceMs: number): Promise<void> {
    this.#stop.abort();
    await this.#initialising?.catch(() => undefined);
    const all = [...this.#retiring, ...(this.#served === undefined ? [] : [this.#served])];
    await Promise.all(all.map((served) => end(served, graceMs)));
    await this.#options.starter.stop();
  }

  async #initialise(deliver: Deliver, asked?: InitPayload): Promise<void> {
    this.#refuseWrongTime();
    const done = this.#take(deliver, asked);
    void this.#options.observer?.init(done);
    await done;
  }

  async #take(deliver: Deliver, asked: InitPayload | undefined): Promise<void> {
    const { initTimeoutMs } = this.#options.settings;
    const timeout = AbortSignal.timeout(initTimeoutMs);
    const signal = AbortSignal.any([timeout, this.#stop.signal]);
    this.#language = this.#options.delivery.languageAsked(asked?.language);
    this.#initialising = this.#replaceWith(deliver, signal);
    try {
      await this.#initialising;
      this.#isInitialised = true;
    } catch (thrown) {
      if (this.#stop.signal.aborted) throw shuttingDown();
      const failure = timeout.aborted ? tookTooLong(initTimeoutMs) : thrown;
      throw await tellFailedInit(failure, this.#logsOfInit);
    } finally {
      this.#initialising = undefined;
      this.warm();
    }
  }

  /** Starts the interpreter that the next code will need. */
  warm(): void {
    const language = this.#options.delivery.languageAsked(undefined);
    if (this.state === 'empty') this.#options.starter.warm(language);
  }

  #refuseWrongTime(): void {
    if (this.#stop.signal.aborted) throw shuttingDown();
    const mayAgain = this.#options.settings.allowReinit;
    if (this.#initialising === undefined && (mayAgain || !this.#isInitialised)) return;
    const reason = 'Cannot initialize the action more than once.';
    this.#options.logs.own.stderr.write(Buffer.from(`${reason}\n`));
    throw new LauncherError('already-initialised', reason);
  }

  /** The old action serves until the new one has started, and may end what it runs. */
  async #replaceWith(deliver: Deliver, signal: AbortSignal): Promise<void> {
    const delivered = await deliver(signal);
    this.#language = delivered.source.language;
    const served = await this.#serve(delivered, signal).catch(async (thrown: unknown) => {
      await delivered.discard();
      throw thrown;
    });
    const before = this.#served;
    this.#served = served;
    if (before !== undefined) void this.#retire(before);
  }

  async #serve(delivered: Delivered, signal: AbortSignal): Promise<Served> {
    const { settings, starter, logs, memory, observer } = this.#options;
    const { workers, queue, timeoutMs } = settings;
    const language = delivered.source.language.name;
    const start = (worker: number): Promise<Loop> =>
      starter.start(delivered.source, worker, this.#stop.signal);
    const first = await starter.start(delivered.source, 0, signal);
    return {
      pool: new Pool({
        ...{ start, first, workers, logs, language },
        ...{ memory, observer, queue, timeoutMs },
      }),
      delivered,
    };
  }

  async #retire(served: Served): Promise<void> {
    this.#retiring.add(served);
    await served.pool.finish();
    await served.delivered.discard();
    this.#retiring.delete(served);
  }

  /** Where a failed init is told, unless the answer tells it. */
  get #logsOfInit(): Logs | undefined {
    const { logs, settings } = this.#options;
    return (settings.logInitError ?? this.#language?.logInitErrors) ? logs.own : undefined;
  }
}

async function end({ pool, delivered }: Served, graceMs: number): Promise<void> {
  await pool.drain(graceMs);
  await delivered.discard();
}

function tookTooLong(limitMs: number): LauncherError {
  return new LauncherError('start-failed', `the action did not start within ${limitMs} ms`);
}

function shuttingDown(): LauncherError {
  return new LauncherError('shutting-down', 'The launcher is shutting down.');
}
