import { EventEmitter } from 'node:events';

import { toLauncherError } from './errors.ts';
import type { ErrorCode } from './errors.ts';
import type { Activation } from './protocol/activation.ts';

/** `application-error` is a result that is an `error`. */
export type Outcome = 'ok' | 'application-error' | ErrorCode;

/** What a loop made of an activation. */
export type Result = Buffer | { readonly error: unknown };

/** An activation that is over. */
export interface Ran {
  readonly id: string | undefined;
  /** When it began in the loop, in epoch ms. */
  readonly time: number;
  /** In the loop, without what it waited for. */
  readonly ms: number;
  readonly outcome: Outcome;
}

interface Happenings {
  readonly activation: [Ran];
}

const applicationError = /^\s*\{\s*"error"\s*:/;

/** Tells those who look what happens. Where nobody does there is none, and nothing is measured. */
export class Observer extends EventEmitter<Happenings> {
  /** An activation came. */
  watch(): Watch {
    return new Watch(this);
  }
}

/** One activation, from its coming to its end. */
export class Watch {
  readonly #observer: Observer;
  #id: string | undefined;
  #time = 0;
  #begun = 0;

  constructor(observer: Observer) {
    this.#observer = observer;
  }

  /** Its turn in a loop has come. */
  begins({ id }: Activation): void {
    this.#id = id;
    this.#time = Date.now();
    this.#begun = performance.now();
  }

  /** The loop is done with it. */
  ends(result: Result): void {
    const ms = performance.now() - this.#begun;
    const outcome = outcomeOf(result);
    this.#observer.emit('activation', { id: this.#id, time: this.#time, ms, outcome });
  }
}

function outcomeOf(result: Result): Outcome {
  if (!Buffer.isBuffer(result)) return toLauncherError(result.error).code;
  return applicationError.test(result.toString('latin1', 0, 32)) ? 'application-error' : 'ok';
}
