import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { isInstalled } from '../machine.js';
import { micros, pairRow } from '../row.js';
import { actions, startAction } from '../server.js';

/**
 * @typedef {import('../row.js').Bench} Bench
 * @typedef {import('../row.js').Budget} Budget
 * @typedef {import('../row.js').Row} Row
 * @typedef {import('../server.js').Server} Server
 */

const folder = fileURLToPath(new URL('../../../languages', import.meta.url));
/** Those that are to be as fast as what does not look at its JSON. */
const budgets = new Map(['go', 'java', 'rust'].map((name) => [name, { most: 1.1 }]));

/**
 * Warm activations of every language that is installed, each of its sample for conform that returns what it is given,
 * against a loop in C that does not look at its JSON.
 * @param {Bench} bench
 * @returns {Promise<Row[]>}
 */
export async function measureLanguages(bench) {
  if (!isInstalled('gcc')) return [];
  const limit = await startLoopInC(bench.folder);
  await bench.generator.measure({ ...bench, port: limit.port, body: small[1], connections: 1 });
  const rows = [];
  for (const language of installed()) {
    rows.push(...(await rowsOf(bench, language, limit)));
  }
  await limit.stop();
  return rows;
}

/** @param {string} scratch */
function startLoopInC(scratch) {
  const file = join(scratch, 'echo-loop');
  execFileSync('gcc', ['-O2', '-o', file, join(actions, 'echo-loop.c')]);
  return startAction(scratch, { language: 'actionloop', file, name: 'a loop in C' });
}

/** @returns {string[]} */
function installed() {
  return readdirSync(folder).filter((language) => {
    const manifest = join(folder, language, 'language.json');
    if (!existsSync(manifest)) return false;
    const [program] = JSON.parse(readFileSync(manifest, 'utf8')).version;
    return program === undefined || isInstalled(program);
  });
}

/** @param {Bench} bench @param {string} language @param {Server} limit @returns {Promise<Row[]>} */
async function rowsOf(bench, language, limit) {
  const budget = budgets.get(language);
  const samples = join(folder, language, 'conformance');
  const silent = readdirSync(samples).find((name) => /^silent\b/.test(name)) ?? '';
  const ours = await startAction(bench.folder, { language, file: join(samples, silent) });
  // Who has no budget need not be measured as well, nor with every payload where all is to be quick.
  const rounds = budget === undefined ? 2 : bench.rounds;
  const rows = [];
  for (const [named, body] of bench.isQuick && budget === undefined ? [small] : payloads) {
    rows.push(await runRow({ ...bench, rounds }, { ours, limit, named, body, budget }));
  }
  await ours.stop();
  return rows;
}

/** @type {[string, string]} */
const small = ['small', bodyOf(1)];
/** @type {[string, string][]} */
const payloads = [small, ['1 KiB', bodyOf(8)], ['100 KiB', bodyOf(825)], ['1 MiB', bodyOf(8450)]];

/** Records as people send them: objects of texts, numbers and lists. @param {number} count */
function bodyOf(count) {
  const records = Array.from({ length: count }, (_, n) => ({
    ...{ id: 1000 + n, name: 'Ada Lovelace', city: 'London', tags: ['a', 'b', 'in "quotes"'] },
    ...{ score: n * 1.5, active: n % 2 === 0, note: null },
  }));
  return JSON.stringify({ value: { records } });
}

/**
 * @param {Bench} bench
 * @param {{ours: Server, limit: Server, named: string, body: string, budget: Budget | undefined}} pair
 * @returns {Promise<Row>}
 */
async function runRow({ generator, rounds, seconds }, { ours, limit, named, body, budget }) {
  const what = `/run of ${named}, p50: ${ours.name} : ${limit.name}`;
  /** @param {Server} server */
  const measure = async ({ port }) =>
    (await generator.measure({ port, body, connections: 1, seconds })).p50;
  // The first ones warm it up; what goes wrong then goes wrong again, and is told.
  await measure(ours).catch(() => undefined);
  return pairRow(
    what,
    micros,
    { rounds, budget },
    () => measure(ours),
    () => measure(limit),
  );
}
