import { openCapturedLogs } from './captured-logs.ts';
import type { LogWish } from './captured-logs.ts';
import type { LogSink } from './logs.ts';
import type { Pipes } from './pipes.ts';

const newline = Buffer.from('\n');

/** Raw logs that the web console sees as well, or that several workers write: read line by line, and written as they came. */
export function openPlainLogs(pipes: Pipes, wish: LogWish): Promise<LogSink> {
  const format = ({ bytes }: { readonly bytes: Buffer }): Buffer => Buffer.concat([bytes, newline]);
  return openCapturedLogs(pipes, { ...wish, format, sentinels: true });
}
