import { isUtf8 } from 'node:buffer';

import { LauncherError, messageOf } from '../errors.ts';
import { isObject, isObjectOrArray } from './json.ts';

const space = 0x20;
const brace = 0x7b;
const bracket = 0x5b;
const exclamation = 0x21;
const letterE = 0x65;
const zero = 0x30;

const noResult = 'The action did not return a dictionary or array.';

/** Takes a loop's line for the n-th activation apart: undefined when it is not that line. */
export type ReplyReader = (line: Buffer, n: number) => Buffer | LauncherError | undefined;

/** What a loop can still say while the action ends its process: there is no result, and it must not be asked again. */
export class LastWord extends LauncherError {}

/**
 * The lines of the loops in `languages/` (docs/loop-protocol.md): `n {…}`, `n […]`, `n !{"error":…}`, `n end`.
 * They are JSON by construction, so that the first byte tells what they are.
 */
export const readNumberedReply: ReplyReader = (line, n) => {
  let at = 0;
  let number = 0;
  for (; isDigit(line[at]); at += 1) number = number * 10 + (line[at] ?? 0) - zero;
  if (number !== n || line[at] !== space) return undefined;
  const first = line[at + 1];
  if (first === brace || first === bracket) return line.subarray(at + 1);
  if (first === exclamation) return failure(line.subarray(at + 2));
  return first === letterE ? new LastWord('bad-result', noResult) : badResult();
};

/** The lines of executables that loop themselves: JSON that anybody may have written. Blank ones mean nothing. */
export const readForeignReply: ReplyReader = (line) => {
  if (line.length === 0) return undefined;
  return judgeResult(line);
};

/** @returns the same bytes if they are a JSON object or array */
export function judgeResult(bytes: Buffer): Buffer | LauncherError {
  try {
    return isUtf8(bytes) && isObjectOrArray(JSON.parse(bytes.toString())) ? bytes : badResult();
  } catch {
    return badResult();
  }
}

export function badResult(): LauncherError {
  return new LauncherError('bad-result', noResult);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= zero + 9;
}

function failure(body: Buffer): LauncherError {
  return new LauncherError('action-failed', 'The action failed.', { body: Buffer.from(body) });
}

/** A loop that is ready. */
export interface Ready {
  readonly ok: true;
  /** The interpreter's own path. */
  readonly executable: string | undefined;
  /** Whether an executable numbers its answers as the loops of `languages/` do. */
  readonly isNumbered: boolean;
}

/** How a loop came up: what it said in answer to the load line, or as acknowledgement. */
export type Acknowledgement =
  Ready | { readonly ok: false; readonly error: string; readonly isPublic: boolean };

const notInitialised = 'The action did not initialize properly.';

/** Reads `{"ok":true}` or `{"error":…}`; anything else is a failure to start, too. */
export function readAcknowledgement(line: Buffer): Acknowledgement {
  try {
    const said: unknown = JSON.parse(line.toString());
    if (!isObject(said)) return refusal(notInitialised);
    if (said['ok'] === true) {
      const isNumbered = said['numbered'] === true;
      return { ok: true, executable: textOf(said['executable']), isNumbered };
    }
    return refusal(textOf(said['error']) ?? notInitialised, said['public'] === true);
  } catch (thrown) {
    return refusal(`${notInitialised} ${messageOf(thrown)}`);
  }
}

function refusal(error: string, isPublic = false): Acknowledgement {
  return { ok: false, error, isPublic };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
