import { createScanner } from 'jsonc-parser';

/** The token kinds of jsonc-parser that matter here: its enum exists for the compiler only. */
const comma = 5;
const colon = 6;
const stringLiteral = 10;
const endOfFile = 17;

/**
 * Writes JSON as the Docker skeleton hands it to an action: `, ` and `: ` between tokens, no other white space,
 * characters instead of escapes. (With compact separators an unquoted `echo $1` makes the shell
 * match `["a","b"]` with the name of a file.) Numbers keep their digits.
 */
export function toSpacedJson(json: string): string {
  const scanner = createScanner(json, true);
  const parts: string[] = [];
  for (let kind: number = scanner.scan(); kind !== endOfFile; kind = scanner.scan()) {
    const start = scanner.getTokenOffset();
    const token = json.slice(start, start + scanner.getTokenLength());
    parts.push(spacedToken(kind, token));
  }
  return parts.join('');
}

function spacedToken(kind: number, token: string): string {
  if (kind === comma) return ', ';
  if (kind === colon) return ': ';
  const escaped = kind === stringLiteral && token.includes('\\');
  return escaped ? JSON.stringify(JSON.parse(token)) : token;
}
