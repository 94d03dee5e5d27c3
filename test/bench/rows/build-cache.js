import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { isInstalled } from '../machine.js';
import { figureRow, millis } from '../row.js';
import { initBody, initialise, launcherFile, startLauncher } from '../server.js';
import { alternate } from '../statistics.js';

/**
 * @typedef {import('../row.js').Bench} Bench
 * @typedef {import('../row.js').Row} Row
 */

const languages = fileURLToPath(new URL('../../../languages', import.meta.url));
const sample = join(languages, 'go/conformance/silent.go');

/**
 * A start of a source that was built before, against one of its executable: what the build cache costs, from `/init` on.
 * @param {Bench} bench
 * @returns {Promise<Row[]>}
 */
export async function measureBuildCache({ folder, isQuick }) {
  if (!isInstalled('go')) return [];
  const env = { OW_LANGUAGE: 'go', OW_BUILD_CACHE: join(folder, 'build-cache') };
  const source = initBody(sample);
  const executable = compiled(sample);
  await timeOfInit(folder, env, source);
  const starts = isQuick ? 3 : 12;
  const { ours, limit } = await alternate(
    starts,
    () => timeOfInit(folder, env, source),
    () => timeOfInit(folder, env, executable),
  );
  const row = figureRow(
    'second /init of a go source : of its executable',
    { ours: millis(ours), limit: millis(limit) },
    ours - limit,
    { show: (figure) => `${figure < 0 ? '' : '+'}${millis(figure)}`, budget: { most: 50 } },
  );
  return [row];
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
