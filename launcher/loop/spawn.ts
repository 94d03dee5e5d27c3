import spawn from 'cross-spawn';
import type { ChildProcess } from 'node:child_process';

import type { Environment } from '../settings.ts';

export interface Command {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly environment: Environment;
  /** File descriptors, by number in the child. */
  readonly stdio: readonly (number | 'ignore' | 'pipe')[];
}

/** How a process came to its end. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts a process that leads its own group, so that it can be ended with all that it started. */
export async function spawnGroup(command: Command): Promise<ChildProcess> {
  const [program = '', ...args] = command.argv;
  const child = spawn(program, args, {
    cwd: command.folder,
    env: command.environment,
    stdio: [...command.stdio],
    detached: true,
  });
  await new Promise<void>((resolve, reject) => {
    // A program that is missing gives `error` and never `exit`.
    child.once('error', reject).once('spawn', resolve);
  });
  child.removeAllListeners('error').on('error', () => undefined);
  return child;
}

/** Settles when the process has ended. */
export function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve({ code: child.exitCode, signal: child.signalCode });
    } else {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    }
  });
}

/** In words, for an error message. */
export function describeEnding({ code, signal }: Ending): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}
