import { isUtf8 } from 'node:buffer';

import { parse, printParseErrorCode } from 'jsonc-parser';
import type { ParseError } from 'jsonc-parser';

import { LauncherError } from '../errors.ts';

const strict = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses what a client sent.
 * @param what the subject of the error's sentence, e.g. `The request body`
 * @throws LauncherError bad-request, saying where the JSON ends to be JSON
 */
export function parseJson(bytes: Buffer, what: string): unknown {
  if (!isUtf8(bytes)) throw new LauncherError('bad-request', `${what} is not UTF-8.`);
  const text = bytes.toString();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LauncherError('bad-request', `${what} is not valid JSON: ${whereItBreaks(text)}.`, {
      cause,
    });
  }
}

/** `JSON.parse` tells the place of a fault only sometimes. */
export function whereItBreaks(text: string): string {
  const errors: ParseError[] = [];
  parse(text, errors, strict);
  const first = errors[0];
  if (first === undefined) return 'a control character or escape that JSON does not know';
  const before = text.slice(0, first.offset).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  const found = JSON.stringify(text.slice(first.offset, first.offset + 12));
  return `${printParseErrorCode(first.error)} at line ${before.length} column ${column}, found ${found}`;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isObjectOrArray(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What a value is, in the words of JSON. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
