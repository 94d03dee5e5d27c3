import { kinds, visitTokens } from './tokens.ts';

const openers: ReadonlySet<number> = new Set([kinds.openBrace, kinds.openBracket]);
const closers: ReadonlySet<number> = new Set([kinds.closeBrace, kinds.closeBracket]);
const separators: ReadonlySet<number> = new Set([kinds.colon, kinds.comma]);

/** The members of an object as they were written: numbers keep their digits, white space stays. The last of a name counts. */
export function rawMembers(json: string): Map<string, string> {
  const pieces = piecesOf(json);
  const members = new Map<string, string>();
  for (let at = 0; at + 1 < pieces.length; at += 2) {
    members.set(JSON.parse(pieces[at] ?? '') as string, pieces[at + 1] ?? '');
  }
  return members;
}

/** Name, value, name, value… of the outermost object: what stands between its braces, colons and commas. */
function piecesOf(json: string): string[] {
  const pieces: string[] = [];
  let from: number | undefined;
  let depth = 0;
  visitTokens(json, (kind, start, end) => {
    if (closers.has(kind)) depth -= 1;
    if (depth === 0 || (depth === 1 && separators.has(kind))) {
      if (from !== undefined) pieces.push(json.slice(from, start).trim());
      from = end;
    }
    if (openers.has(kind)) depth += 1;
  });
  return pieces;
}
