import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import WebSocket from 'ws';

import { figureRow, micros, perSecond, ratioRow } from '../row.js';
import { actions, startBareWebSocket, startLauncher } from '../server.js';
import { alternate, median } from '../statistics.js';

/** @typedef {import('../row.js').Bench} Bench @typedef {import('../server.js').Server} Server */

const message = JSON.stringify({ name: 'Ada', city: 'London', numbers: [1, 2, 3] });
const idleConnections = 1000;
/** How many connections, and how many messages are on their way on each. */
const loads = /** @type {const} */ ([
  { what: '1 connection, 32 in flight, rate', connections: 1, inFlight: 32 },
  { what: '16 connections, rate', connections: 16, inFlight: 1 },
]);
const one = { connections: 1, inFlight: 1 };

/**
 * Messages against a bare echo server of ws: the time of one, the rate of many; and what an idle connection costs.
 * @param {Bench} bench
 */
export async function measureWebSockets({ folder, rounds, seconds }) {
  const limit = await startBareWebSocket(folder);
  const rows = [];
  for (const file of ['echo.js', 'echo.py']) {
    const env = { OW_AUTOINIT: `${actions}/${file}`, OW_WEBSOCKET: '/ws' };
    const ours = await startLauncher(`websocket ${file}`, folder, env);
    const measure = (/** @type {Server} */ server, load, figure) => async () =>
      (await exchange(server, { ...load, seconds }))[figure];
    await exchange(ours, { ...one, seconds: seconds / 2 });
    const p50 = await alternate(rounds, measure(ours, one, 'p50'), measure(limit, one, 'p50'));
    rows.push(ratioRow(`WebSocket ${file}, one at a time, p50 : bare`, p50, micros, { most: 2.6 }));
    for (const { what, ...load } of loads) {
      const rate = await alternate(
        rounds,
        measure(ours, load, 'rate'),
        measure(limit, load, 'rate'),
      );
      rows.push(ratioRow(`WebSocket ${file}, ${what} : bare`, rate, perSecond, { least: 0.15 }));
    }
    if (file === 'echo.js') rows.push(await idleRow(ours));
    await ours.stop();
  }
  await limit.stop();
  return rows;
}

/** @param {Server} server @param {{connections: number, inFlight: number, seconds: number}} load */
async function exchange(server, { connections, inFlight, seconds }) {
  const sockets = await open(server, connections);
  /** @type {number[]} */
  const times = [];
  const end = performance.now() + seconds * 1000;
  await Promise.all(sockets.map((socket) => exchangeOn(socket, { inFlight, end, times })));
  return { p50: median(times) * 1000, rate: times.length / seconds };
}

/** @param {WebSocket} socket @param {{inFlight: number, end: number, times: number[]}} load */
function exchangeOn(socket, { inFlight, end, times }) {
  /** @type {number[]} */
  const sent = [];
  const send = () => {
    sent.push(performance.now());
    socket.send(message);
  };
  socket.on('message', () => {
    times.push(performance.now() - (sent.shift() ?? 0));
    if (performance.now() < end) send();
    else if (sent.length === 0) socket.close();
  });
  for (let n = 0; n < inFlight; n += 1) send();
  return once(socket, 'close');
}

/** What a connection costs that says nothing. @param {Server} server */
async function idleRow(server) {
  const before = privateBytes(server.pid);
  const sockets = await open(server, idleConnections);
  const each = (privateBytes(server.pid) - before) / idleConnections;
  await Promise.all(sockets.map((socket) => (socket.close(), once(socket, 'close'))));
  const show = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} KB`;
  const shown = { ours: show(each), limit: '' };
  return figureRow(`WebSocket, each of ${idleConnections} idle connections`, shown, each, {
    show,
    budget: { most: 10_000 },
  });
}

/** @param {Server} server @param {number} count */
function open({ port }, count) {
  const url = `ws://127.0.0.1:${port}/ws`;
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = new WebSocket(url, { perMessageDeflate: false });
      await once(socket, 'open');
      return socket;
    }),
  );
}

/** @param {number} pid */
function privateBytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
