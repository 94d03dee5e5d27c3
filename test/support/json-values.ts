import { expect } from '@jest/globals';
import type { LoopProcess } from './loop-driver.ts';

/** JSON that a reader of its own may get wrong, for loops that have one: what it is, and its text. */
export const awkwardJson: readonly (readonly [string, string])[] = [
  ['escapes', String.raw`{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\\u00e9\\"}`],
  ['half surrogate pairs', String.raw`["\ud800x\udc00","\udc00\ud800"]`],
  ['characters', '{"é☃😀":"é☃😀"}'],
  ['integers', '[0,-1,9007199254740993,9223372036854775807]'],
  ['fractions', '[2.5,1e3,-1E-3,0.1,0.3333333333333333]'],
  ['words and empty things', '[true,false,null,{},[],"",{"a":[]}]'],
  ['white space', ' [ 1 , { "a" :\t[ ] ,\r"b" : 2 } ] '],
  ['10 MB of characters', JSON.stringify(['é☃'.repeat(2_000_000)])],
  ['10 MB of escapes', JSON.stringify(['"\n\\'.repeat(1_600_000)])],
];

/** The action has to return its value. */
export async function comesBack(loop: LoopProcess, json: string): Promise<void> {
  expect(JSON.parse(await loop.askRaw(`{"value":${json}}`))).toEqual(JSON.parse(json));
}

/** The action has to return an array; the loop refuses what nests too deep, and goes on. */
export async function survivesDepth(loop: LoopProcess): Promise<void> {
  const deep = `{"value":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  expect(await loop.askRaw(deep)).toBe('{"error":"JSON nests deeper than 10000 levels"}');
  expect(await loop.ask([1])).toBe('[1]');
}
