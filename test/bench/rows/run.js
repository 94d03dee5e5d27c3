import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { isInstalled } from '../machine.js';
import { startPeer, startPeersTwin } from '../peer.js';
import { micros, pairRow, perSecond } from '../row.js';
import { actions, startAction, startBareBridge, startBareServer } from '../server.js';

/**
 * @typedef {import('../row.js').Bench} Bench
 * @typedef {import('../row.js').Budget} Budget
 * @typedef {import('../row.js').Row} Row
 * @typedef {import('../server.js').Server} Server
 * @typedef {{ours: Server, limit: Server, body?: string, named?: string, budget?: Budget}} Pair
 */

const value = { name: 'Ada', city: 'London', numbers: [1, 2, 3] };
const plainBody = JSON.stringify({ value });
/** As the platform sends it. */
const bodyWithContext = JSON.stringify({
  value,
  namespace: 'guest',
  action_name: '/guest/echo',
  action_version: '0.0.1',
  api_host: 'https://localhost:443',
  activation_id: '44f89cd7f4ad4d7cb89cd7f4ad4d7c00',
  transaction_id: 'd7b3f0a1c2e44c55a2b1',
  deadline: String(Date.now() + 3_600_000),
});
const atOnce = 16;
/** One at a time, and sixteen at once. */
const time = { budget: { most: 2 } };
const rate = { budget: { least: 0.25 } };

/**
 * Warm activations against the bare server: the time of one, and the rate of sixteen at once.
 * @param {Bench} bench
 * @returns {Promise<Row[]>}
 */
export async function measureRuns(bench) {
  const { folder } = bench;
  const limit = await startBareServer(folder);
  const node = await startAction(folder, { language: 'node', file: 'echo.js' });
  const python = await startAction(folder, { language: 'python', file: 'echo.py' });
  for (const server of [limit, node, python]) await warm(bench, server, atOnce);
  const withContext = { body: bodyWithContext, named: 'node, with the context' };
  const rows = [
    await timeRow(bench, { ours: node, limit, ...time }),
    await timeRow(bench, { ours: python, limit, ...time }),
    await timeRow(bench, { ours: node, limit, ...withContext }),
    await rateRow(bench, { ours: node, limit, ...rate }),
    await rateRow(bench, { ours: python, limit, ...rate }),
    ...(bench.isQuick ? [] : await floorRows(bench, limit)),
    ...(await peerRows(bench, limit)),
  ];
  await Promise.all([limit, node, python].map((server) => server.stop()));
  return rows;
}

/** @param {Bench} bench @param {Server} server @param {number} connections */
function warm({ generator }, { port }, connections) {
  return generator.measure({ port, body: plainBody, connections, seconds: 1 });
}

/** What there is to win: no launcher, no work in the loop, or nothing but work. @param {Bench} bench @param {Server} limit */
async function floorRows(bench, limit) {
  const { folder } = bench;
  const bridge = await startBareBridge(folder);
  const loop = await startAction(folder, leanestLoop(folder));
  const shell = await startAction(folder, { language: 'shell', file: 'echo.sh' });
  for (const server of [bridge, loop]) await warm(bench, server, atOnce);
  const rows = [
    await timeRow(bench, { ours: bridge, limit }),
    await timeRow(bench, { ours: loop, limit }),
    await timeRow(bench, { ours: shell, limit }),
    await rateRow(bench, { ours: bridge, limit }),
    await rateRow(bench, { ours: loop, limit }),
  ];
  await Promise.all([bridge, loop, shell].map((server) => server.stop()));
  return rows;
}

/** An executable that costs next to nothing, where there is a compiler for it. @param {string} folder */
function leanestLoop(folder) {
  const language = 'actionloop';
  if (!isInstalled('gcc')) return { language, file: 'echo-loop.py', name: 'actionloop in python' };
  const file = join(folder, 'echo-loop');
  execFileSync('gcc', ['-O2', '-o', file, join(actions, 'echo-loop.c')]);
  return { language, file, name: 'actionloop in C' };
}

/** @param {Bench} bench @param {Server} limit */
async function peerRows(bench, limit) {
  const peer = await startPeer(bench.folder);
  if (peer === undefined) return [];
  const twin = await startPeersTwin(bench.folder);
  for (const server of [peer, twin]) await warm(bench, server, 1);
  const rows = [
    await timeRow(bench, { ours: peer, limit }),
    await timeRow(bench, { ours: twin, limit }),
    await timeRow(bench, { ours: twin, limit: peer }),
    await rateRow(bench, { ours: twin, limit }),
    // This may be more than a peer survives.
    await rateRow(bench, { ours: peer, limit }),
  ];
  await Promise.all([peer.stop(), twin.stop()]);
  return rows;
}

/** @param {Bench} bench @param {Pair} pair */
function timeRow(bench, pair) {
  const { body = plainBody, named = pair.ours.name } = pair;
  const what = `/run one at a time, p50: ${named} : ${pair.limit.name}`;
  return row(what, micros, bench, pair, async ({ port }) => {
    const load = { port, body, connections: 1, seconds: bench.seconds };
    return (await bench.generator.measure(load)).p50;
  });
}

/** @param {Bench} bench @param {Pair} pair */
function rateRow(bench, pair) {
  const what = `/run ${atOnce} at once, rate: ${pair.ours.name} : ${pair.limit.name}`;
  return row(what, perSecond, bench, pair, async ({ port }) => {
    const load = { port, body: plainBody, connections: atOnce, seconds: bench.seconds };
    return (await bench.generator.measure(load)).rate;
  });
}

/**
 * @param {string} what
 * @param {(figure: number) => string} show
 * @param {Bench} bench
 * @param {Pair} pair
 * @param {(server: Server) => Promise<number>} measure
 * @returns {Promise<Row>}
 */
function row(what, show, { isQuick, rounds }, { ours, limit, budget }, measure) {
  // In a hurry, what is only for information is measured once.
  const times = isQuick && budget === undefined ? 1 : rounds;
  return pairRow(
    what,
    show,
    { rounds: times, budget },
    () => measure(ours),
    () => measure(limit),
  );
}
