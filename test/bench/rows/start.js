import { once } from 'node:events';

import { start } from '../children.js';
import { millis, ratioRow } from '../row.js';
import { startLauncher } from '../server.js';
import { alternate } from '../statistics.js';

const budget = { most: 1.5 };

/**
 * From the start of the process until its port is open, against Node that does nothing.
 * @param {import('../row.js').Bench} bench
 */
export async function measureStart({ folder, isQuick }) {
  const launches = isQuick ? 7 : 21;
  const plain = await alternate(launches, () => timeToPort(folder, {}), timeOfNothing);
  const waiting = () => timeToPort(folder, { OW_LANGUAGE: 'node' });
  const withLoop = await alternate(launches, waiting, timeOfNothing);
  return [
    ratioRow('start to open port : node -e 0', plain, millis, budget),
    ratioRow('start to open port, node waiting : node -e 0', withLoop, millis, budget),
  ];
}

/** @param {string} folder @param {Record<string, string>} env */
async function timeToPort(folder, env) {
  const before = performance.now();
  const server = await startLauncher('start', folder, env);
  const time = performance.now() - before;
  await server.stop();
  return time;
}

async function timeOfNothing() {
  const before = performance.now();
  const child = start([process.execPath, '-e', '0'], { stdio: 'ignore' });
  await once(child, 'exit');
  return performance.now() - before;
}
