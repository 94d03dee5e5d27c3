import { basename } from 'node:path';

import type { Delivered, Delivery } from './code/delivery.ts';
import type { InitPayload } from './code/payload.ts';
import type { Source } from './code/source.ts';
import type { ActionStatus } from './console/status.ts';
import { LauncherError } from './errors.ts';
import type { ErrorCode } from './errors.ts';
import type { LogSink } from './loop/logs.ts';
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
   * @returns the result's JSON
   * @throws LauncherError not-initialised, and what `Pool.run` throws
   */
  async run(activation: Activation): Promise<Buffer> {
    return this.assertRuns().run(activation, this.#options.observer?.watch());
  }

  /** @throws LauncherError not-initialised or shutting-down, whatever the request would have been */
  assertRuns(): Pool {
    if (this.#stop.signal.aborted) throw shuttingDown();
    if (this.#served !== undefined) return this.#served.pool;
    throw new LauncherError('not-initialised', 'no action defined yet');
  }

  /** Ends the logs of an activation that was refused at the door, where the language's platform does so. */
  refuse(): void {
    if (this.#served?.delivered.source.language.oneShot)
      void this.#options.logs.own.endActivation();
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
      throw await this.#report(failure);
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
    const { settings, starter, logs, memory } = this.#options;
    const { workers, queue, timeoutMs } = settings;
    const language = delivered.source.language.name;
    const start = (worker: number): Promise<Loop> =>
      starter.start(delivered.source, worker, this.#stop.signal);
    const first = await starter.start(delivered.source, 0, signal);
    return {
      pool: new Pool({ start, first, workers, logs, language, memory, queue, timeoutMs }),
      delivered,
    };
  }

  async #retire(served: Served): Promise<void> {
    this.#retiring.add(served);
    await served.pool.finish();
    await served.delivered.discard();
    this.#retiring.delete(served);
  }

  /** Tells a failed init where the language's platform looks for it: in the logs, or in the answer. */
  async #report(thrown: unknown): Promise<unknown> {
    if (!(thrown instanceof LauncherError) || !reported.has(thrown.code)) return thrown;
    const { logs, settings } = this.#options;
    const { own } = logs;
    if (!(settings.logInitError ?? this.#language?.logInitErrors)) {
      return told(thrown, inAnswer(thrown));
    }
    own.stderr.write(Buffer.from(`${thrown.message.trimEnd()}\n`));
    await own.endActivation();
    const fixed = sentences[thrown.code];
    return fixed === undefined || thrown.isPublic ? thrown : told(thrown, fixed);
  }
}

function inAnswer({ code, message }: LauncherError): string {
  return code === 'start-failed' ? `cannot start action: ${message}` : message;
}

async function end({ pool, delivered }: Served, graceMs: number): Promise<void> {
  await pool.drain(graceMs);
  await delivered.discard();
}

const reported: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad-archive',
  'build-failed',
  'start-failed',
]);

const sentences: Partial<Record<ErrorCode, string>> = {
  'build-failed': 'The action failed to generate or locate a binary. See logs for details.',
  'start-failed': 'Cannot start action. Check logs for details.',
};

function told(cause: LauncherError, message: string): LauncherError {
  return new LauncherError(cause.code, message, { cause });
}

function tookTooLong(limitMs: number): LauncherError {
  return new LauncherError('start-failed', `the action did not start within ${limitMs} ms`);
}

function shuttingDown(): LauncherError {
  return new LauncherError('shutting-down', 'The launcher is shutting down.');
}
