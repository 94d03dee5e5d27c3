import { isDeepStrictEqual } from 'node:util';

import { isObjectOrArray } from '../protocol/json.ts';

const longestExcerpt = 120;

/** Something that a case asks for and did not get: `message` is one line. */
export class Unmet extends Error {
  override name = 'Unmet';
}

/** @param what the subject of the sentence, e.g. `the result` */
export function expectSame(found: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(found, expected)) return;
  const first = firstDifference(found, expected, []);
  const where = [what, ...first.path].join(' ');
  throw new Unmet(`${where}: expected ${inOneLine(first.expected)}, got ${inOneLine(first.found)}`);
}

export function expectMatch(found: string, expected: RegExp, what: string): void {
  if (expected.test(found)) return;
  throw new Unmet(`${what}: expected ${String(expected)}, got ${inOneLine(found)}`);
}

export function expectNoMatch(found: string, unexpected: RegExp, what: string): void {
  if (!unexpected.test(found)) return;
  throw new Unmet(`${what}: expected no ${String(unexpected)}, got ${inOneLine(found)}`);
}

/** A value as JSON, cut where it gets long. */
export function inOneLine(value: unknown): string {
  return value === undefined ? 'nothing' : excerpt(JSON.stringify(value));
}

/** A text without line breaks, cut where it gets long. */
export function excerpt(text: string): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, ' ');
  return line.length > longestExcerpt ? `${line.slice(0, longestExcerpt)}…` : line;
}

interface Difference {
  readonly path: readonly string[];
  readonly found: unknown;
  readonly expected: unknown;
}

/** The innermost pair of members that are not the same. */
function firstDifference(found: unknown, expected: unknown, path: readonly string[]): Difference {
  const whole = { path, found, expected };
  if (!isObjectOrArray(found) || !isObjectOrArray(expected)) return whole;
  const others = new Map<string, unknown>(Object.entries(expected));
  const members = new Map<string, unknown>(Object.entries(found));
  const keys = [...others.keys(), ...members.keys()];
  const key = keys.find((one) => !isDeepStrictEqual(members.get(one), others.get(one)));
  return key === undefined
    ? whole
    : firstDifference(members.get(key), others.get(key), [...path, key]);
}
