import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { outputOf } from './children.js';
import { Client, requestOf } from './client.js';
import { isInstalled } from './machine.js';
import { median } from './statistics.js';

/**
 * Sends the same request again and again.
 * @typedef {{port: number, body: string, connections: number, seconds: number}} Load
 * @typedef {{p50: number, rate: number}} Measured microseconds, and answers a second
 * @typedef {{name: string, measure(load: Load): Promise<Measured>}} LoadGenerator
 */

/**
 * One load generator for all rows of a run. wrk costs the least; the client in Node costs as much as what it
 * measures, and with it every ratio looks better than it is.
 * @param {string} folder for wrk's script
 * @returns {LoadGenerator}
 */
export function chooseLoadGenerator(folder) {
  return isInstalled('wrk') && process.env.BENCH_NO_WRK !== '1'
    ? { name: 'wrk', measure: (load) => measureByWrk(folder, load) }
    : { name: 'the client in Node', measure: measureByClient };
}

/** @param {string} folder @param {Load} load @returns {Promise<Measured>} */
async function measureByWrk(folder, { port, body, connections, seconds }) {
  const script = join(folder, 'wrk.lua');
  writeFileSync(script, wrkScript(body));
  const stdout = await outputOf([
    ...['wrk', '-t1', `-c${connections}`, `-d${Math.max(1, Math.round(seconds))}s`, '-s', script],
    `http://127.0.0.1:${port}/run`,
  ]);
  const said = stdout.slice(stdout.lastIndexOf('\nRESULT ') + '\nRESULT '.length);
  const { p50, requests, micros, errors } = JSON.parse(said);
  if (errors > 0) throw new Error(`${errors} of ${requests} requests failed.`);
  return { p50, rate: requests / (micros / 1e6) };
}

/** @param {string} body */
function wrkScript(body) {
  return `
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [==[${body}]==]
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\nRESULT {"p50":%d,"requests":%d,"micros":%d,"errors":%d}\\n',
    latency:percentile(50), summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout))
end
`;
}

/** @param {Load} load @returns {Promise<Measured>} */
async function measureByClient({ port, body, connections, seconds }) {
  const request = requestOf('/run', body);
  const clients = await Promise.all(Array.from({ length: connections }, () => Client.open(port)));
  /** @type {number[]} */
  const times = [];
  const begin = performance.now();
  const end = begin + seconds * 1000;
  /** @param {Client} client */
  const keepAsking = async (client) => {
    let before = performance.now();
    while (before < end) {
      (await client.send(request)).check();
      const after = performance.now();
      times.push((after - before) * 1000);
      before = after;
    }
    client.close();
  };
  await Promise.all(clients.map(keepAsking));
  return { p50: median(times), rate: times.length / ((performance.now() - begin) / 1000) };
}
