import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { Cgroup } from '../cgroup.js';
import { Client } from '../client.js';
import { figureRow, megabytes } from '../row.js';
import { initBody, initialise, launcherFile, startServer } from '../server.js';

const budget = { most: 56e6 };
const settleMs = 1000;
const show = megabytes;

/**
 * The launcher and an idle node loop that has answered once.
 * @param {import('../row.js').Bench} bench
 */
export async function measureMemory({ folder }) {
  const cgroup = Cgroup.make();
  const argv = [process.execPath, launcherFile];
  const server = await startServer('memory', cgroup?.command(argv) ?? argv, {
    folder,
    env: { OW_LANGUAGE: 'node' },
  });
  await initialise(server, initBody('echo.js'));
  const client = await Client.open(server.port);
  (await client.post('/run', '{"value":{"name":"Ada"}}')).check();
  client.close();
  await delay(settleMs);
  const rows = cgroup
    ? [...cgroupRows(cgroup.memory()), pssRow(cgroup.pids())]
    : [notMeasured(), pssRow(familyOf(server.pid))];
  await server.stop();
  cgroup?.remove();
  return rows;
}

/** @param {import('../cgroup.js').Memory} memory */
function cgroupRows({ usage, withoutInactiveFiles, anonymous }) {
  return [
    memoryRow('all that the cgroup counts', usage),
    memoryRow('as docker stats counts: without inactive files', withoutInactiveFiles, budget),
    memoryRow('without page cache', anonymous),
  ];
}

function notMeasured() {
  return {
    ...memoryRow('as the cgroup counts', NaN),
    ours: 'not measured',
  };
}

/** @param {number[]} pids */
function pssRow(pids) {
  return memoryRow(
    `Pss of ${pids.length} processes`,
    pids.map(pssOf).reduce((a, b) => a + b, 0),
  );
}

/** @param {string} what @param {number} bytes @param {import('../row.js').Budget} [limit] */
function memoryRow(what, bytes, limit) {
  const shown = { ours: show(bytes), limit: '' };
  const row = figureRow(`memory with idle node, ${what}`, shown, bytes, { show, budget: limit });
  return { ...row, compared: '' };
}

/** @param {number} pid */
function pssOf(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss: *(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
}

/** @param {number} pid @returns {number[]} it, and all below it */
function familyOf(pid) {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
  return [pid, ...children.flatMap(familyOf)];
}
