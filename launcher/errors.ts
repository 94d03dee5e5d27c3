import { isNativeError } from 'node:util/types';

/**
 * Every way in which a request can fail, and the HTTP status that tells it. The list is closed:
 * docs/errors.md says the same to users, and a test holds the two together.
 */
export const statusOf = {
  'no-code': 403,
  'already-initialised': 403,
  'bad-request': 400,
  'bad-value': 404,
  'body-too-large': 413,
  'bad-archive': 502,
  'unknown-language': 502,
  'build-failed': 502,
  'start-failed': 502,
  'not-initialised': 500,
  'bad-result': 502,
  'result-too-large': 502,
  'action-failed': 502,
  'command-exited': 400,
  'out-of-memory': 500,
  'deadline-passed': 504,
  'token-needed': 401,
  'foreign-origin': 403,
  'queue-full': 429,
  'shutting-down': 503,
  'no-such-path': 404,
  'no-such-method': 405,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof statusOf;

interface LauncherErrorOptions {
  readonly cause?: unknown;
  readonly body?: Buffer;
  readonly isPublic?: boolean;
}

/** A failure that the client may be told of: `message` is what it sees, as `{"error": message}`. */
export class LauncherError extends Error {
  readonly code: ErrorCode;
  /** The answer's body instead of `{"error": message}`: one JSON object that a loop wrote. */
  readonly body: Buffer | undefined;
  /** Whether the client sees the detail also where details of a failed init go to the logs. */
  readonly isPublic: boolean;

  constructor(code: ErrorCode, message: string, options: LauncherErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : {});
    this.name = 'LauncherError';
    this.code = code;
    this.body = options.body;
    this.isPublic = options.isPublic ?? false;
  }

  get status(): number {
    return statusOf[this.code];
  }
}

/** Any failure as one of the table's. */
export function toLauncherError(thrown: unknown): LauncherError {
  if (thrown instanceof LauncherError) return thrown;
  return new LauncherError('internal', `Internal error. ${messageOf(thrown)}`, { cause: thrown });
}

/** What a client gets of it. */
export function bodyOf(error: LauncherError): Buffer {
  return error.body ?? Buffer.from(JSON.stringify({ error: error.message }));
}

/** The text of anything that was thrown. (`instanceof Error` misses errors of another realm.) */
export function messageOf(thrown: unknown): string {
  return isNativeError(thrown) ? thrown.message : String(thrown);
}

/** The `code` of a system error such as `ENOENT`, or undefined. */
export function systemCode(thrown: unknown): string | undefined {
  return isNativeError(thrown) && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined;
}
