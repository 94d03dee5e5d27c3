import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isInstalled } from '../machine.js';
import { failedRow, figureRow, micros, millis, ratioRow } from '../row.js';
import {
  actions,
  initBody,
  initialise,
  launcherFile,
  startAction,
  startLauncher,
} from '../server.js';
import { alternate } from '../statistics.js';

/**
 * @typedef {import('../row.js').Bench} Bench
 * @typedef {import('../row.js').Row} Row
 * @typedef {import('../server.js').Server} Server
 */

/** What is compared, with the program that it takes; the files are in actions/. */
const languages = [
  { language: 'go', file: 'echo.go', program: 'go' },
  { language: 'rust', file: 'echo.rs', program: 'rustc' },
  { language: 'java', file: 'Echo.java', program: 'java' },
];
const budget = { most: 1.1 };

/**
 * Warm activations of compiled languages, which read and write JSON, against a loop in C that does not look at it; and a
 * start of a source that was built before against one of its executable.
 * @param {Bench} bench
 * @returns {Promise<Row[]>}
 */
export async function measureCompiled(bench) {
  if (!isInstalled('gcc')) return [];
  const limit = await startLoopInC(bench.folder);
  const rows = [];
  for (const each of languages.filter(({ program }) => isInstalled(program))) {
    const ours = await startAction(bench.folder, each);
    for (const [named, body] of payloads) {
      rows.push(await runRow(bench, { ours, limit, named, body }));
    }
    await ours.stop();
  }
  await limit.stop();
  if (isInstalled('go')) rows.push(await secondStartRow(bench));
  return rows;
}

/** @param {string} folder */
function startLoopInC(folder) {
  const file = join(folder, 'echo-loop');
  execFileSync('gcc', ['-O2', '-o', file, join(actions, 'echo-loop.c')]);
  return startAction(folder, { language: 'actionloop', file, name: 'a loop in C' });
}

/** @type {[string, string][]} */
const payloads = [
  ['small', bodyOf(1)],
  ['1 KiB', bodyOf(8)],
  ['100 KiB', bodyOf(825)],
  ['1 MiB', bodyOf(8450)],
];

/** Records as people send them: objects of texts, numbers and lists. @param {number} count */
function bodyOf(count) {
  const records = Array.from({ length: count }, (_, n) => ({
    ...{ id: 1000 + n, name: 'Ada Lovelace', city: 'London', tags: ['a', 'b', 'in "quotes"'] },
    ...{ score: n * 1.5, active: n % 2 === 0, note: null },
  }));
  return JSON.stringify({ value: { records } });
}

/** @param {Bench} bench @param {{ours: Server, limit: Server, named: string, body: string}} pair */
async function runRow({ generator, rounds, seconds }, { ours, limit, named, body }) {
  const what = `/run of ${named}, p50: ${ours.name} : ${limit.name}`;
  /** @param {Server} server */
  const measure = async ({ port }) =>
    (await generator.measure({ port, body, connections: 1, seconds })).p50;
  try {
    for (const server of [ours, limit]) await measure(server);
    const measured = await alternate(
      rounds,
      () => measure(ours),
      () => measure(limit),
    );
    return ratioRow(what, measured, micros, budget);
  } catch (thrown) {
    return failedRow(what, thrown, budget);
  }
}

/** From `/init` on: what the build cache costs. @param {Bench} bench */
async function secondStartRow({ folder, isQuick }) {
  const env = { OW_LANGUAGE: 'go', OW_BUILD_CACHE: join(folder, 'build-cache') };
  const source = initBody('echo.go');
  const executable = compiled(join(actions, 'echo.go'));
  await timeOfInit(folder, env, source);
  const starts = isQuick ? 3 : 12;
  const { ours, limit } = await alternate(
    starts,
    () => timeOfInit(folder, env, source),
    () => timeOfInit(folder, env, executable),
  );
  return figureRow(
    'second /init of a go source : of its executable',
    { ours: millis(ours), limit: millis(limit) },
    ours - limit,
    { show: (figure) => `${figure < 0 ? '' : '+'}${millis(figure)}`, budget: { most: 50 } },
  );
}

/** @param {string} source @returns {string} the body of an /init */
function compiled(source) {
  const { PATH, HOME } = process.env;
  const { stdout } = spawnSync(process.execPath, [launcherFile, 'compile', '--language', 'go'], {
    ...{ input: readFileSync(source), env: { PATH, HOME }, maxBuffer: 64e6 },
  });
  return JSON.stringify({ value: { binary: true, code: stdout.toString('base64') } });
}

/** @param {string} folder @param {Record<string, string>} env @param {string} body */
async function timeOfInit(folder, env, body) {
  const server = await startLauncher('second start', folder, env);
  const before = performance.now();
  await initialise(server, body);
  const time = performance.now() - before;
  await server.stop();
  return time;
}
