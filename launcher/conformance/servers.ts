import type { Environment } from '../settings.ts';
import type { Server } from './judge.ts';

/** A server that was started for one case. */
export interface RunningServer extends Server {
  /** Ends it, and removes what it left. */
  end(): Promise<void>;
}

/** Where the servers of the cases come from. */
export interface Servers {
  /** How many may run at once. */
  readonly atOnce: number;
  /**
   * Starts one that listens.
   * @param environment of this case, beside what every server has
   * @throws Error with what it said if it does not start
   */
  start(environment: Environment, signal: AbortSignal): Promise<RunningServer>;
}
