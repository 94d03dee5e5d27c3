import { EventEmitter } from 'node:events';

import { toLauncherError } from './errors.ts';
import type { ErrorCode } from './errors.ts';
import type { Activation } from './protocol/activation.ts';

/** `application-error` is a result that is an `error`. */
export type Outcome = 'ok' | 'application-error' | ErrorCode;

/** What a loop made of an activation. */
export type Result = Buffer | { readonly error: unknown };

/** An activation that was in a loop and is over. */
export interface Ran {
  readonly id: string | undefined;
  /** When it began in the loop, in epoch ms. */
  readonly time: number;
  /** How long it waited for that. */
  readonly waitedMs: number;
  /** In the loop, without what it waited for. */
  readonly ms: number;
  /** What the loop read. */
  readonly lineBytes: number;
  /** What it answered, 0 if that is no result. */
  readonly resultBytes: number;
  readonly outcome: Outcome;
}

/** An initialisation that is over. */
export interface Initialised {
  readonly ms: number;
  readonly outcome: 'ok' | ErrorCode;
}

interface Happenings {
  readonly activation: [Ran];
  /** An activation is over that came into no loop. */
  readonly refusal: [ErrorCode];
  readonly init: [Initialised];
  readonly loopStart: [];
  /** A loop is gone, and nobody told it to go. */
  readonly loopDeath: [];
  /** A WebSocket opened. */
  readonly connection: [];
  /** A WebSocket brought a message. */
  readonly message: [];
}

const applicationError = /^\s*\{\s*"error"\s*:/;

/** Tells those who look what happens. Where nobody does there is none, and nothing is measured. */
export class Observer extends EventEmitter<Happenings> {
  /** Activations that came and are in no loop yet. */
  waiting = 0;
  /** Activations in a loop. */
  running = 0;
  /** Open WebSockets. */
  connections = 0;

  /** An activation came. */
  activation(): Watch {
    return new Watch(this);
  }

  /**
   * A loop has the action loaded.
   * @param ended settles when its process is gone
   * @param told whether it has been told to go
   */
  loop(ended: Promise<unknown>, told: AbortSignal): void {
    this.emit('loopStart');
    void ended.then(() => told.aborted || this.emit('loopDeath'));
  }

  /** A WebSocket opened. */
  connection(socket: EventEmitter): void {
    this.connections += 1;
    this.emit('connection');
    socket.on('message', () => this.emit('message'));
    socket.once('close', () => (this.connections -= 1));
  }

  /** An initialisation begins. @param done settles when it is over */
  async init(done: Promise<void>): Promise<void> {
    const begun = performance.now();
    const outcome = await done.then(
      () => 'ok' as const,
      (thrown: unknown) => toLauncherError(thrown).code,
    );
    this.emit('init', { ms: performance.now() - begun, outcome });
  }
}

/** One activation, from its coming to its end. */
export class Watch {
  readonly #observer: Observer;
  readonly #came = performance.now();
  #hasBegun = false;
  #begun = 0;
  #time = 0;
  #id: string | undefined;
  #lineBytes = 0;

  constructor(observer: Observer) {
    this.#observer = observer;
    observer.waiting += 1;
  }

  /** Its turn in a loop has come. */
  begins({ id, line }: Activation): void {
    this.#hasBegun = true;
    this.#begun = performance.now();
    this.#time = Date.now();
    this.#id = id;
    this.#lineBytes = line.length;
    this.#observer.waiting -= 1;
    this.#observer.running += 1;
  }

  /** The loop is done with it. */
  ends(result: Result): void {
    this.#observer.running -= 1;
    this.#observer.emit('activation', {
      id: this.#id,
      time: this.#time,
      waitedMs: this.#begun - this.#came,
      ms: performance.now() - this.#begun,
      lineBytes: this.#lineBytes,
      resultBytes: Buffer.isBuffer(result) ? result.length : 0,
      outcome: outcomeOf(result),
    });
  }

  /** It failed. If that was in a loop, it is told already. */
  fails(thrown: unknown): void {
    if (this.#hasBegun) return;
    this.#observer.waiting -= 1;
    this.#observer.emit('refusal', toLauncherError(thrown).code);
  }
}

function outcomeOf(result: Result): Outcome {
  if (!Buffer.isBuffer(result)) return toLauncherError(result.error).code;
  return applicationError.test(result.toString('latin1', 0, 32)) ? 'application-error' : 'ok';
}
