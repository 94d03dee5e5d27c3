import type { LauncherError } from '../errors.ts';

/** What a loop was asked and has not answered. */
export interface Question {
  /** Counts what the loop was asked, from 1. */
  readonly number: number;
  /** What it was sent, if anything. */
  readonly line: Buffer | undefined;
}

export interface Asked {
  readonly line: Buffer | undefined;
  /** How long the answer may take from now; undefined for no limit. */
  readonly timeoutMs: number | undefined;
}

interface Open extends Question {
  readonly resolve: (answer: Buffer) => void;
  readonly reject: (error: LauncherError) => void;
  readonly timer: NodeJS.Timeout | undefined;
}

/** Keeps who waits for which answer of a loop. */
export class Questions {
  readonly #open = new Map<number, Open>();
  readonly #onLate: (number: number, elapsedMs: number, allowedMs: number) => void;
  #last = 0;

  /** @param onLate is told of an answer that takes too long */
  constructor(onLate: (number: number, elapsedMs: number, allowedMs: number) => void) {
    this.#onLate = onLate;
  }

  /** The number of the last one. */
  get last(): number {
    return this.#last;
  }

  get areOpen(): boolean {
    return this.#open.size > 0;
  }

  /** Those that wait for an answer, the oldest first. */
  get open(): readonly Question[] {
    return [...this.#open.values()];
  }

  /** From now on they are counted from 1 again. */
  startAnew(): void {
    this.#last = 0;
  }

  /** @returns the answer */
  add({ line, timeoutMs }: Asked): Promise<Buffer> {
    const number = (this.#last += 1);
    return new Promise((resolve, reject) => {
      const timer = this.#timer(number, timeoutMs);
      this.#open.set(number, { number, line, resolve, reject, timer });
    });
  }

  /** @returns whether somebody waited for it */
  settle(number: number, outcome: Buffer | LauncherError): boolean {
    const question = this.#open.get(number);
    if (question === undefined) return false;
    this.#open.delete(number);
    clearTimeout(question.timer);
    if (Buffer.isBuffer(outcome)) question.resolve(outcome);
    else question.reject(outcome);
    return true;
  }

  #timer(number: number, timeoutMs: number | undefined): NodeJS.Timeout | undefined {
    if (timeoutMs === undefined) return undefined;
    const start = Date.now();
    return setTimeout(() => this.#onLate(number, Date.now() - start, timeoutMs), timeoutMs);
  }
}
