import { archiveCases } from './archive-cases.ts';
import { failedInitCases } from './failed-init-cases.ts';
import { initCases } from './init-cases.ts';
import { overlapCases } from './overlap-cases.ts';
import { resultCases } from './result-cases.ts';
import { runCases } from './run-cases.ts';
import { surroundingsCases } from './surroundings-cases.ts';
import type { Case, Samples } from './subject.ts';

/** The action interface of Apache OpenWhisk, as one table: each row gets a server of its own. */
export const cases: readonly Case[] = [
  ...initCases,
  ...failedInitCases,
  ...archiveCases,
  ...runCases,
  ...overlapCases,
  ...resultCases,
  ...surroundingsCases,
];

/** The rows that a language has the samples for. */
export function casesFor(samples: Samples): readonly Case[] {
  return cases.filter(({ loads }) => {
    return loads === 'none' || loads === 'own' || loads in samples;
  });
}
