import { kinds, tokensOf } from './tokens.ts';

/**
 * Writes JSON as the Docker skeleton hands it to an action: `, ` and `: ` between tokens, no other white space,
 * characters instead of escapes. (With compact separators an unquoted `echo $1` makes the shell
 * match `["a","b"]` with the name of a file.) Numbers keep their digits.
 */
export function toSpacedJson(json: string): string {
  return rewritten(json, spacedToken);
}

/** Writes JSON with no white space between tokens, which stay as they are. */
export function toCompactJson(json: string): string {
  return rewritten(json, (_kind, token) => token);
}

function rewritten(json: string, rewrite: (kind: number, token: string) => string): string {
  const parts: string[] = [];
  for (const { kind, start, end } of tokensOf(json)) {
    parts.push(rewrite(kind, json.slice(start, end)));
  }
  return parts.join('');
}

function spacedToken(kind: number, token: string): string {
  if (kind === kinds.comma) return ', ';
  if (kind === kinds.colon) return ': ';
  const escaped = kind === kinds.stringLiteral && token.includes('\\');
  return escaped ? JSON.stringify(JSON.parse(token)) : token;
}
