import { readFileSync } from 'node:fs';

import { freePort, initBody, initialise, startLauncher, startServer } from './server.js';

const { BENCH_PEER, BENCH_PEER_INIT, BENCH_PEER_PORT, BENCH_PEER_LANGUAGE } = process.env;

/**
 * Starts somebody else's server, if the environment names one.
 * @param {string} folder
 */
export async function startPeer(folder) {
  if (!BENCH_PEER) return undefined;
  const port = BENCH_PEER_PORT ? Number(BENCH_PEER_PORT) : await freePort();
  const argv = ['sh', '-c', `exec ${BENCH_PEER}`];
  const peer = await startServer('the peer', argv, { folder, port, env: { HOME: folder } });
  await initialise(peer, peersAction());
  return peer;
}

/** Ours with the peer's action. @param {string} folder */
export async function startPeersTwin(folder) {
  const language = BENCH_PEER_LANGUAGE ?? 'actionloop';
  const twin = await startLauncher("ours with the peer's action", folder, {
    OW_LANGUAGE: language,
  });
  await initialise(twin, peersAction());
  return twin;
}

function peersAction() {
  return BENCH_PEER_INIT ? readFileSync(BENCH_PEER_INIT) : initBody('echo-loop.py');
}
