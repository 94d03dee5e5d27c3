import { LauncherError } from './errors.ts';
import type { ErrorCode } from './errors.ts';
import type { Logs } from './loop/logs.ts';

const reported: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad-archive',
  'build-failed',
  'start-failed',
]);

const sentences: Partial<Record<ErrorCode, string>> = {
  'build-failed': 'The action failed to generate or locate a binary. See logs for details.',
  'start-failed': 'Cannot start action. Check logs for details.',
};

/**
 * Tells a failed init where the language's platform looks for it: in the logs, or in the answer.
 * @param logs undefined for the answer
 * @returns what the client is to get
 */
export async function tellFailedInit(thrown: unknown, logs: Logs | undefined): Promise<unknown> {
  if (!(thrown instanceof LauncherError) || !reported.has(thrown.code)) return thrown;
  if (logs === undefined) return told(thrown, inAnswer(thrown));
  logs.stderr.write(Buffer.from(`${thrown.message.trimEnd()}\n`));
  await logs.endActivation();
  const fixed = sentences[thrown.code];
  return fixed === undefined || thrown.isPublic ? thrown : told(thrown, fixed);
}

function inAnswer({ code, message }: LauncherError): string {
  return code === 'start-failed' ? `cannot start action: ${message}` : message;
}

function told(cause: LauncherError, message: string): LauncherError {
  return new LauncherError(cause.code, message, { cause });
}
