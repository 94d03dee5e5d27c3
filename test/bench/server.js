import { openSync, closeSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';

import { start, stop } from './children.js';
import { Client } from './client.js';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Another build can be measured without touching this one. */
export const launcherFile =
  process.env.BENCH_LAUNCHER ?? join(here, '../../dist/polyglot-launcher.cjs');
const patienceMs = 10_000;

/**
 * A server that is being measured.
 * @typedef {{name: string, port: number, pid: number, stop(): Promise<void>}} Server
 */

/**
 * Starts a server and waits until it listens.
 * @param {string} name
 * @param {string[]} argv
 * @param {{folder: string, env?: Record<string, string>, port?: number}} options folder: where its logs go
 * @returns {Promise<Server>}
 */
export async function startServer(name, argv, { folder, env = {}, port }) {
  const listensOn = port ?? (await freePort());
  // A file takes the logs: nobody can be slow in reading it, and it costs what a log costs.
  const log = openSync(join(folder, `${name.replaceAll(/\W+/g, '-')}.log`), 'a');
  const child = start(argv, {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(listensOn), ...env },
  });
  closeSync(log);
  const server = { name, port: listensOn, pid: child.pid ?? 0, stop: () => stop(child) };
  await untilOpen(listensOn, () => child.exitCode ?? child.signalCode);
  return server;
}

/** @param {string} folder */
export function startBareServer(folder) {
  return startServer('bare', [process.execPath, join(here, 'bare-server.js')], { folder });
}

/** @param {string} folder */
export function startBareWebSocket(folder) {
  return startServer('bare ws', [process.execPath, join(here, 'bare-websocket.js')], { folder });
}

/** @param {string} folder */
export function startBareBridge(folder) {
  const argv = [process.execPath, join(here, 'bare-bridge.js')];
  return startServer('a bare bridge to node', argv, { folder, env: { TMPDIR: folder } });
}

/** @param {string} name @param {string} folder @param {Record<string, string>} env */
export function startLauncher(name, folder, env) {
  return startServer(name, [process.execPath, launcherFile], { folder, env });
}

/**
 * A launcher with one of `actions/` in it.
 * @param {string} folder
 * @param {{language: string, file: string, name?: string}} action
 */
export async function startAction(folder, { language, file, name = language }) {
  const server = await startLauncher(name, folder, { OW_LANGUAGE: language });
  await initialise(server, initBody(file));
  return server;
}

/** @param {Server} server @param {string | Buffer} body */
export async function initialise({ name, port }, body) {
  const client = await Client.open(port);
  const answer = await client.post('/init', body);
  client.close();
  if (answer.status === 200) return;
  throw new Error(`/init of ${name} answered ${answer.status}: ${answer.body.toString()}`);
}

/** @param {string} file a source text in `actions/`, or the path of an executable */
export function initBody(file) {
  const bytes = readFileSync(resolve(actions, file));
  const binary = bytes.includes(0);
  const code = bytes.toString(binary ? 'base64' : 'utf8');
  return JSON.stringify({ value: { name: 'echo', main: 'main', binary, code } });
}

export const actions = join(here, 'actions');

export async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Connects again and again, until it works.
 * @param {number} port
 * @param {() => unknown} hasEnded
 */
export async function untilOpen(port, hasEnded) {
  for (const end = performance.now() + patienceMs; performance.now() < end; await delay(1)) {
    if (await isOpen(port)) return;
    const ended = hasEnded();
    if (ended !== null) throw new Error(`What should listen on port ${port} ended with ${ended}.`);
  }
  throw new Error(`Nothing listens on port ${port} after ${patienceMs / 1000} s.`);
}

/** @param {number} port */
function isOpen(port) {
  return new Promise((settle) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => settle(true)).on('error', () => settle(false));
    socket.on('connect', () => socket.destroy());
  });
}
