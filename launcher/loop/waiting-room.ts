import { LauncherError } from '../errors.ts';
import type { Watch } from '../observer.ts';
import type { Activation } from '../protocol/activation.ts';
import { isPast } from './time-limit.ts';

/** An activation that somebody waits for. */
export interface Job {
  readonly activation: Activation;
  readonly watch: Watch | undefined;
  readonly resolve: (result: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

/** Where activations wait for a loop: who came first goes first, and there is room for so many only. */
export class WaitingRoom {
  readonly #most: number;
  readonly #jobs: Job[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#jobs.length;
  }

  /** Takes one in; rejects it with queue-full when there is no room. */
  enter(job: Job): void {
    if (this.#jobs.length < this.#most) this.#jobs.push(job);
    else job.reject(queueFull(this.#most));
  }

  /** Lets the next one out; one whose deadline has passed meanwhile is rejected instead. */
  next(): Job | undefined {
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      if (!isPast(job.activation.deadline)) return job;
      job.reject(new LauncherError('deadline-passed', 'The deadline passed while it waited.'));
    }
    return undefined;
  }

  /** Sends all away. */
  clear(reason: LauncherError): void {
    for (const job of this.#jobs.splice(0)) job.reject(reason);
  }
}

function queueFull(limit: number): LauncherError {
  return new LauncherError('queue-full', `More than ${limit} activations are waiting.`);
}
