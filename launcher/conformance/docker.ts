import spawn from 'cross-spawn';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { messageOf } from '../errors.ts';

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs docker.
 * @throws Error with what it said if it fails
 */
export async function docker(...args: readonly string[]): Promise<Printed> {
  // A group of its own: a Ctrl-C is for us, and we remove the containers.
  const child = spawn('docker', [...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const { stdout: out, stderr: err } = child;
  if (out === null || err === null) throw new Error('docker: no pipes');
  const ended = (once(child, 'close') as Promise<[number | null]>).catch((cause: unknown) => {
    const remedy = 'expected it on the PATH (package docker.io)';
    throw new Error(`docker: ${remedy}: ${messageOf(cause)}`, { cause });
  });
  const [[code], stdout, stderr] = await Promise.all([ended, text(out), text(err)]);
  if (code !== 0) throw new Error(`docker ${args[0] ?? ''}: ${stderr.trim() || stdout.trim()}`);
  return { stdout, stderr };
}
