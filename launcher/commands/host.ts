import type { Environment, Settings } from '../settings.ts';
import type { Outside, Running } from './serve.ts';

/** What `main` does for a command: all that concerns the process itself. */
export interface Host {
  /** Reads the settings. @param given flags, by the names of their variables */
  readonly settings: (given: Environment) => Settings;
  /** Writes to stdout. */
  readonly print: (text: string) => void;
  /** Serves until a signal; the first one ends it as softly as the grace allows, the second at once. */
  readonly keepRunning: (settings: Settings, start: Start) => Promise<undefined>;
  /** For what ends by itself: a signal ends its tools and removes its files, and that is a failure. */
  readonly untilSignal: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

export type Start = (settings: Settings, outside: Outside) => Promise<Running>;
