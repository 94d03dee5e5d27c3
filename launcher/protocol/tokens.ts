import { createScanner } from 'jsonc-parser';

/** The token kinds of jsonc-parser that matter here: its enum exists for the compiler only. */
export const kinds = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  stringLiteral: 10,
  endOfFile: 17,
} as const;

/** A token and where it is: the place of its first character, and the one after its last. */
export interface Token {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
}

/** The tokens of valid JSON. Nothing here calls itself, so that no depth is too deep. */
export function* tokensOf(json: string): Generator<Token> {
  const scanner = createScanner(json, true);
  for (let kind: number = scanner.scan(); kind !== kinds.endOfFile; kind = scanner.scan()) {
    const start = scanner.getTokenOffset();
    yield { kind, start, end: start + scanner.getTokenLength() };
  }
}
