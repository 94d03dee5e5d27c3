import { availableParallelism } from 'node:os';

/** An answer that takes longer is slept for. */
const longestMs = 0.3;

/**
 * Keeps the event loop turning while an answer is near: a process that sleeps on a virtual machine takes
 * some 40 µs to wake, a third of a whole activation. It costs nothing where answers take long (the last one
 * tells), nor where the one processor is needed by the loop.
 */
export class Vigil {
  readonly #isOfUse = availableParallelism() > 1;
  #tookMs = longestMs;

  keep(answer: Promise<unknown>): void {
    const start = performance.now();
    const isNear = this.#isOfUse && this.#tookMs < longestMs;
    let isOver = false;
    const turn = (): void => {
      if (!isOver && performance.now() - start < longestMs) setImmediate(turn);
    };
    const end = (): void => {
      isOver = true;
      this.#tookMs = performance.now() - start;
    };
    if (isNear) setImmediate(turn);
    answer.then(end, end);
  }
}
