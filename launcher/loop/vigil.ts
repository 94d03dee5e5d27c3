import { availableParallelism } from 'node:os';

/** An answer that takes longer is slept for. */
const longestMs = 0.1;
/** How often the way that seems slower is tried: what is faster changes with what else the machine does. */
const tryEvery = 32;
/** How much of an average the last one makes. */
const weight = 1 / 8;

/**
 * Keeps the event loop turning while an answer is near, where that brings it sooner. A process that sleeps on a
 * virtual machine takes some 20 µs to wake, a fifth of a whole activation; but one that does not sleep may keep the
 * loop from the very processor that the kernel chose for it. So both ways are measured.
 */
export class Vigil {
  readonly #isOfUse = availableParallelism() > 1;
  /** How long answers took, in ms, `longestMs` at most. */
  #awakeMs = 0;
  #asleepMs = longestMs;
  #count = 0;

  keep(answer: Promise<unknown>): void {
    if (!this.#isOfUse) return;
    const start = performance.now();
    const isAwake = this.#choose();
    let isOver = false;
    const turn = (): void => {
      if (!isOver && performance.now() - start < longestMs) setImmediate(turn);
    };
    const end = (): void => {
      isOver = true;
      this.#learn(isAwake, performance.now() - start);
    };
    if (isAwake) setImmediate(turn);
    answer.then(end, end);
  }

  #choose(): boolean {
    this.#count += 1;
    const seemsSooner = this.#awakeMs < this.#asleepMs;
    return this.#count % tryEvery === 0 ? !seemsSooner : seemsSooner;
  }

  #learn(wasAwake: boolean, tookMs: number): void {
    const latest = Math.min(tookMs, longestMs);
    if (wasAwake) this.#awakeMs += (latest - this.#awakeMs) * weight;
    else this.#asleepMs += (latest - this.#asleepMs) * weight;
  }
}
