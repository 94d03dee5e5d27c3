import { kinds, tokensOf } from './tokens.ts';
import type { Token } from './tokens.ts';

const openers: ReadonlySet<number> = new Set([kinds.openBrace, kinds.openBracket]);
const closers: ReadonlySet<number> = new Set([kinds.closeBrace, kinds.closeBracket]);
const separators: ReadonlySet<number> = new Set([kinds.colon, kinds.comma]);

/** The members of an object as they were written: numbers keep their digits, white space stays. The last of a name counts. */
export function rawMembers(json: string): Map<string, string> {
  const pieces = [...piecesOf(json)];
  const members = new Map<string, string>();
  for (let at = 0; at + 1 < pieces.length; at += 2) {
    members.set(JSON.parse(pieces[at] ?? '') as string, pieces[at + 1] ?? '');
  }
  return members;
}

/** Name, value, name, value… of the outermost object. */
function* piecesOf(json: string): Generator<string> {
  let from: number | undefined;
  for (const { start, end } of cutsOf(json)) {
    if (from !== undefined) yield json.slice(from, start).trim();
    from = end;
  }
}

/** The braces of the outermost object, and what stands between its names and values. */
function* cutsOf(json: string): Generator<Token> {
  let depth = 0;
  for (const token of tokensOf(json)) {
    if (closers.has(token.kind)) depth -= 1;
    if (depth === 0 || (depth === 1 && separators.has(token.kind))) yield token;
    if (openers.has(token.kind)) depth += 1;
  }
}
