import { isDeepStrictEqual } from 'node:util';

const longestExcerpt = 200;

/** Something that a case asks for and did not get: `message` is one line. */
export class Unmet extends Error {
  override name = 'Unmet';
}

/** @param what the subject of the sentence, e.g. `the result` */
export function expectSame(found: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Unmet(`${what}: expected ${inOneLine(expected)}, got ${inOneLine(found)}`);
}

export function expectMatch(found: string, expected: RegExp, what: string): void {
  if (expected.test(found)) return;
  throw new Unmet(`${what}: expected ${String(expected)}, got ${inOneLine(found)}`);
}

export function expectNoMatch(found: string, unexpected: RegExp, what: string): void {
  if (!unexpected.test(found)) return;
  throw new Unmet(`${what}: expected no ${String(unexpected)} in ${inOneLine(found)}`);
}

/** A value as JSON, cut where it gets long. */
export function inOneLine(value: unknown): string {
  return excerpt(value === undefined ? 'nothing' : JSON.stringify(value));
}

/** A text without line breaks, cut where it gets long. */
export function excerpt(text: string): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, ' ');
  return line.length > longestExcerpt ? `${line.slice(0, longestExcerpt)}…` : line;
}
