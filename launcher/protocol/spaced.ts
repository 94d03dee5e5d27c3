import { kinds, visitTokens } from './tokens.ts';

/**
 * Writes JSON as the Docker skeleton hands it to an action: `, ` and `: ` between tokens, no other white space,
 * characters instead of escapes. (With compact separators an unquoted `echo $1` makes the shell
 * match `["a","b"]` with the name of a file.) Numbers keep their digits.
 */
export function toSpacedJson(json: string): string {
  const isWorthALook = /\\[u/]/.test(json);
  return rewritten(json, (kind, start, end) => {
    if (kind === kinds.comma) return ', ';
    if (kind === kinds.colon) return ': ';
    return isWorthALook && kind === kinds.quote ? unescaped(json.slice(start, end)) : undefined;
  });
}

/** Writes JSON with no white space between tokens, which stay as they are. */
export function toCompactJson(json: string): string {
  return rewritten(json, () => undefined);
}

/** @param replace what stands in the place of a token; undefined leaves it */
function rewritten(
  json: string,
  replace: (kind: number, start: number, end: number) => string | undefined,
): string {
  const parts: string[] = [];
  // What stays as it is, from one place to another.
  let from = 0;
  let to = 0;
  visitTokens(json, (kind, start, end) => {
    const other = replace(kind, start, end);
    if (other !== undefined || start !== to) {
      parts.push(json.slice(from, to), other ?? '');
      from = other === undefined ? start : end;
    }
    to = end;
  });
  parts.push(json.slice(from, to));
  return parts.join('');
}

/** Of the escapes only those are needed that JSON.stringify writes, too. */
function unescaped(text: string): string | undefined {
  return /\\[u/]/.test(text) ? JSON.stringify(JSON.parse(text)) : undefined;
}
