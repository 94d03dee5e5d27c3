import { judge } from './judge.ts';
import type { Outcome } from './judge.ts';
import type { Servers } from './servers.ts';
import type { Case, Subject } from './subject.ts';

export interface Suite {
  readonly rows: readonly Case[];
  readonly subject: Subject;
  /** Whether what only we choose has to hold as well. */
  readonly isStrict: boolean;
  readonly signal: AbortSignal;
  /** Is told of each case that is done. */
  readonly onDone: () => void;
}

/**
 * Runs each case on a server of its own, as many at once as the servers allow.
 * @returns the outcomes in the order of the cases
 * @throws Error where a server does not start, or the signal's reason
 */
export async function runSuite(suite: Suite, servers: Servers): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...suite.rows.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, row] = next;
      outcomes[index] = await runCase(row, suite, servers);
      suite.onDone();
    }
  };
  const workers = Array.from({ length: servers.atOnce }, work);
  try {
    await Promise.all(workers);
  } finally {
    waiting.length = 0;
    await Promise.allSettled(workers);
  }
  return outcomes;
}

async function runCase(row: Case, suite: Suite, servers: Servers): Promise<Outcome> {
  const { subject, isStrict, signal } = suite;
  signal.throwIfAborted();
  const server = await servers.start(row.environment ?? {}, signal);
  try {
    return await judge(row, { subject, server, isStrict });
  } finally {
    await server.end();
    signal.throwIfAborted();
  }
}
