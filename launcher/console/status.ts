import type { ActionState } from '../action.ts';
import type { PoolStatus } from '../loop/pool.ts';

/** What there is to see of an action and of its loop. */
export interface ActionStatus extends Partial<PoolStatus> {
  readonly state: ActionState;
  readonly language: string | undefined;
  /** The name of its file. */
  readonly entry: string | undefined;
  readonly main: string | undefined;
}
