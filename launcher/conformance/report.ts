import { tableOf } from '../commands/table.ts';
import type { Outcome, State } from './judge.ts';

/** What was found out; `--json` prints it as it is. */
export interface Report {
  /** What was tried, e.g. `language python`. */
  readonly subject: string;
  readonly language: string;
  /** Whether logs were read and sentinels counted. */
  readonly readsLogs: boolean;
  readonly counts: Readonly<Record<State, number>>;
  readonly cases: readonly Outcome[];
}

const signs: Readonly<Record<State, string>> = {
  holds: '✓',
  differs: '~',
  fails: '✗',
  'not-run': '-',
};

export function countsOf(outcomes: readonly Outcome[]): Report['counts'] {
  const count = (state: State): number => outcomes.filter((one) => one.state === state).length;
  return {
    holds: count('holds'),
    differs: count('differs'),
    fails: count('fails'),
    'not-run': count('not-run'),
  };
}

/** For a person: ✓ holds, ~ differs from ours and may, ✗ fails, - was not run. */
export function readable({ subject, language, readsLogs, counts, cases }: Report): string {
  const rows = cases.map(({ state, from, title, reasons }) => {
    return [signs[state], from, title, reasons.join('; ')];
  });
  const summary = [
    `${counts.holds} hold`,
    `${counts.differs} differ`,
    `${counts.fails} fail`,
    `${counts['not-run']} not run`,
  ].join(', ');
  const unread = readsLogs ? '' : ' Logs can not be read: sentinels were not counted.';
  return `${tableOf(rows)}\n\n${subject}, ${language}: ${summary}.${unread}`;
}
