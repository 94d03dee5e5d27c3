import { initCases } from './init-cases.ts';
import { resultCases } from './result-cases.ts';
import { surroundingsCases } from './surroundings-cases.ts';
import type { Case } from './subject.ts';

/** The action interface of Apache OpenWhisk, as one table: each row gets a server of its own. */
export const cases: readonly Case[] = [...initCases, ...resultCases, ...surroundingsCases];
