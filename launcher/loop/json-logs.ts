import { openCapturedLogs } from './captured-logs.ts';
import type { LogLine, LogTap } from './captured-logs.ts';
import type { Logs } from './logs.ts';
import type { Pipes } from './pipes.ts';

/** `OW_LOG_FORMAT=json`: one object a line; sentinels stay bare lines. */
export function openJsonLogs(pipes: Pipes, tap: LogTap | undefined): Promise<Logs> {
  return openCapturedLogs(pipes, { format, sentinels: true, tap });
}

function format({ message, stream, time, seq, activation }: LogLine): string {
  const line = {
    time: time.toISOString(),
    stream,
    activation_id: activation?.id ?? null,
    language: activation?.language ?? null,
    seq,
    message,
  };
  return `${JSON.stringify(line)}\n`;
}
