import { isatty } from 'node:tty';

import { openCapturedLogs } from '../loop/captured-logs.ts';
import type { LogLine, LogWish, StreamName } from '../loop/captured-logs.ts';
import type { LogSink } from '../loop/logs.ts';
import type { Pipes } from '../loop/pipes.ts';

const dim = '\x1b[2m';
const yellow = '\x1b[33m';
const plain = '\x1b[0m';

const names: Readonly<Record<StreamName, string>> = { stdout: 'out', stderr: 'err' };

/** Logs for a person: every line says its stream, its activation and when in it it came; no sentinels. */
export function openReadableLogs(pipes: Pipes, wish: LogWish): Promise<LogSink> {
  const isTerminal = isatty(1);
  const format = (line: LogLine): string => {
    const tag = `${names[line.stream]} ${whenceOf(line)}│`;
    if (!isTerminal) return `${tag} ${line.message}\n`;
    return `${line.stream === 'stderr' ? yellow : dim}${tag}${plain} ${line.message}\n`;
  };
  return openCapturedLogs(pipes, { ...wish, format, sentinels: false });
}

/** `1a2b3c4d +12ms `, or nothing outside of an activation. */
function whenceOf({ activation, time }: LogLine): string {
  if (activation === undefined) return '';
  const id = activation.id === undefined ? '' : `${activation.id.slice(0, 8)} `;
  return `${id}+${time.getTime() - activation.start}ms `;
}
