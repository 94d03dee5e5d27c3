import { setTimeout as delay } from 'node:timers/promises';

import { Client } from '../client.js';
import { figureRow, millis } from '../row.js';
import { initBody, startBareServer, startLauncher } from '../server.js';
import { median } from '../statistics.js';

/** An interpreter that waits has had time to start. */
const settleMs = 500;

/**
 * `/init` of an interpreter that waits, against the same request to the bare server.
 * @param {import('../row.js').Bench} bench
 */
export async function measureInit({ folder, isQuick }) {
  const launches = isQuick ? 3 : 12;
  const bare = await startBareServer(folder);
  const rows = [];
  for (const [language, file] of [
    ['node', 'echo.js'],
    ['python', 'echo.py'],
  ]) {
    /** @type {number[]} */
    const ours = [];
    /** @type {number[]} */
    const limits = [];
    const request = initBody(file);
    for (let launch = 0; launch < launches; launch += 1) {
      const server = await startLauncher(`init ${language}`, folder, { OW_LANGUAGE: language });
      await delay(settleMs);
      limits.push(await timeOf(bare.port, request));
      ours.push(await timeOf(server.port, request));
      await server.stop();
    }
    const [ofOurs, ofLimit] = [median(ours), median(limits)];
    const beyond = median(ours.map((figure, launch) => figure - limits[launch]));
    rows.push(
      figureRow(
        `/init of waiting ${language} : bare`,
        { ours: millis(ofOurs), limit: millis(ofLimit) },
        beyond,
        { show: (figure) => `+${millis(figure)}`, budget: { most: 5 } },
      ),
    );
  }
  await bare.stop();
  return rows;
}

/** @param {number} port @param {string} request */
async function timeOf(port, request) {
  const client = await Client.open(port);
  const before = performance.now();
  const answer = await client.post('/init', request);
  const time = performance.now() - before;
  answer.check();
  client.close();
  return time;
}
