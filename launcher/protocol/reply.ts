import { isUtf8 } from 'node:buffer';

import { LauncherError, messageOf } from '../errors.ts';
import { isObject, isObjectOrArray } from './json.ts';
import type { JsonObject } from './json.ts';

const space = 0x20;
const brace = 0x7b;
const bracket = 0x5b;
const exclamation = 0x21;
const letterE = 0x65;
const zero = 0x30;
const cancel = 0x18;

const noResult = 'The action did not return a dictionary or array.';

/** What a line says, and which activation it answers, counted from 1. */
export interface Reply {
  readonly number: number;
  readonly outcome: Buffer | LauncherError;
}

/** Takes a loop's line apart: undefined when it is no answer. `last` is the number of the last activation. */
export type ReplyReader = (line: Buffer, last: number) => Reply | undefined;

/** What a loop can still say while the action ends its process: there is no result, and it must not be asked again. */
export class LastWord extends LauncherError {}

/**
 * The lines of the loops in `languages/` (docs/loop-protocol.md): `n {…}`, `n […]`, `n !{"error":…}`, `n end`.
 * They are JSON by construction, so that the first byte tells what they are. A loop may send what it has of a long answer
 * before it knows that the rest can be written, and takes the line back with CAN at its end: JSON has that nowhere.
 */
export const readNumberedReply: ReplyReader = (line) => {
  let at = 0;
  let number = 0;
  for (; isDigit(line[at]); at += 1) number = number * 10 + (line[at] ?? 0) - zero;
  if (line.at(-1) === cancel) return undefined;
  return line[at] === space ? { number, outcome: readOutcome(line.subarray(at + 1)) } : undefined;
};

function readOutcome(said: Buffer): Buffer | LauncherError {
  const first = said[0];
  if (first === brace || first === bracket) return said;
  if (first === exclamation) return failure(said.subarray(1));
  return first === letterE ? new LastWord('bad-result', noResult) : badResult();
}

/** The lines of executables that loop themselves: JSON that anybody may have written. Blank ones mean nothing. */
export const readForeignReply: ReplyReader = (line, last) => {
  return line.length === 0 ? undefined : { number: last, outcome: judgeResult(line) };
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
  /** The interpreter's own path. */
  readonly executable: string | undefined;
  /** Whether an executable numbers its answers as the loops of `languages/` do. */
  readonly isNumbered: boolean;
  /** Whether it may be given the next line before it has answered. */
  readonly multiplexes: boolean;
}

const notInitialised = 'The action did not initialize properly.';

/**
 * How a loop came up: what it said in answer to the load line, or as acknowledgement. That is `{"ok":true}` or
 * `{"error":…}`; anything else is a failure to start, too.
 */
export function readAcknowledgement(line: Buffer): Ready | LauncherError {
  try {
    const said: unknown = JSON.parse(line.toString());
    if (!isObject(said)) return new LauncherError('start-failed', notInitialised);
    if (said['ok'] !== true) return refusal(said);
    const isNumbered = said['numbered'] === true;
    const multiplexes = said['multiplexes'] === true;
    return { executable: textOf(said['executable']), isNumbered, multiplexes };
  } catch (thrown) {
    return new LauncherError('start-failed', `${notInitialised} ${messageOf(thrown)}`);
  }
}

function refusal(said: JsonObject): LauncherError {
  const code = said['stage'] === 'build' ? 'build-failed' : 'start-failed';
  const isPublic = said['public'] === true;
  return new LauncherError(code, textOf(said['error']) ?? notInitialised, { isPublic });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
