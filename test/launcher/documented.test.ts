import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import { cases } from '../../launcher/conformance/cases.ts';
import { statusOf } from '../../launcher/errors.ts';
import { ending, serving } from '../support/launcher.ts';
import { Scrape } from '../support/metrics.ts';

/** The first cells of each row of the first table of a page of docs/. */
function tableOf(page: string): string[][] {
  const rows = readFileSync(`docs/${page}`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  return rows.map((row) => row.split(' | ').map((cell) => cell.replaceAll(/[|`]/g, '').trim()));
}

describe('docs/errors.md', () => {
  test('has a row for each error of the launcher, with its status', () => {
    const documented = tableOf('errors.md').map(([code, status]) => [code, status]);
    // The connection is dropped: its status is never seen.
    const expected = Object.entries({ ...statusOf, 'out-of-memory': 'none' });
    expect(documented).toEqual(expected.map(([code, status]) => [code, `${status}`]));
  });
});

describe('docs/conform.md', () => {
  test('has a row for each case of conform, with who asks for it', () => {
    const table = readFileSync('docs/conform.md', 'utf8').split('\n| case ')[1] ?? '';
    const rows = table.split('\n').filter((line) => /^\| [a-z]/.test(line));
    const documented = rows.map((row) => row.split(' | ').map((cell) => cell.replaceAll('|', '')));
    const trimmed = documented.map((cells) => cells.map((cell) => cell.trim()));
    expect(trimmed).toEqual(cases.map(({ title, from }) => [title, from]));
  });
});

describe('docs/metrics.md', () => {
  test('has a row for each metric of the launcher, with its type, its labels and its outcomes', () =>
    serving({ env: { OW_METRICS: '1' } }, async (launcher) => {
      const { own } = await Scrape.of(launcher);
      const metrics = own.map(({ name, type, labels }) => [name, type, labels.join(', ')]);
      const outcomes = own.flatMap(({ name, outcomes }) =>
        outcomes.length === 0 ? [] : [[name, outcomes.join(', ')]],
      );
      const documented = tableOf('metrics.md').map((cells) => cells.slice(0, 3));
      expect(documented.filter((cells) => cells.length === 3)).toEqual(metrics);
      expect(documented.filter((cells) => cells.length === 2)).toEqual(outcomes);
    }));
});

describe('docs/settings.md', () => {
  test('has a row for each setting that serve --help names', async () => {
    const { stdout } = await ending({ argv: ['serve', '--help'] });
    const named = [...stdout.matchAll(/\((_*[A-Z][A-Z_]+)\)/g)].map(([, name]) => name);
    const documented = tableOf('settings.md').map(([name]) => name);
    expect(named.length).toBeGreaterThan(15);
    expect(documented.sort()).toEqual(named.sort());
  });
});
