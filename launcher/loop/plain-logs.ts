import { openCapturedLogs } from './captured-logs.ts';
import type { LogTap } from './captured-logs.ts';
import type { Logs } from './logs.ts';
import type { Pipes } from './pipes.ts';

const newline = Buffer.from('\n');

/** Raw logs that the web console sees as well: read line by line, and written as they came. */
export function openPlainLogs(pipes: Pipes, tap: LogTap | undefined): Promise<Logs> {
  const format = ({ bytes }: { readonly bytes: Buffer }): Buffer => Buffer.concat([bytes, newline]);
  return openCapturedLogs(pipes, { format, sentinels: true, tap });
}
