import { openCapturedLogs } from './captured-logs.ts';
import type { LogLine, LogWish } from './captured-logs.ts';
import type { LogSink } from './logs.ts';
import type { Pipes } from './pipes.ts';

/** `OW_LOG_FORMAT=json`: one object a line; sentinels stay bare lines. */
export function openJsonLogs(pipes: Pipes, wish: LogWish): Promise<LogSink> {
  return openCapturedLogs(pipes, { ...wish, format, sentinels: true });
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
