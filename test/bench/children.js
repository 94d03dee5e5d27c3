import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const patienceMs = 3000;
/** @type {Set<import('node:child_process').ChildProcess>} all that were started and live */
const living = new Set();

/**
 * Starts a process that does not outlive the benchmark.
 * @param {string[]} argv
 * @param {import('node:child_process').SpawnOptions} options
 */
export function start([program, ...args], options) {
  const child = spawn(program, args, options);
  living.add(child);
  child.once('exit', () => living.delete(child));
  child.once('error', () => living.delete(child));
  return child;
}

/**
 * Runs a process to its end.
 * @param {string[]} argv
 * @returns {Promise<string>} its stdout
 */
export async function outputOf(argv) {
  const child = start(argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, complaint] = ['', ''];
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (complaint += chunk));
  const [code] = await once(child, 'close');
  if (code === 0) return output;
  throw new Error(`${argv[0]} ended with ${code}: ${complaint.trim()}`);
}

/** @param {import('node:child_process').ChildProcess} child */
export async function stop(child) {
  if (!living.has(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const hasEnded = await Promise.race([exited, delay(patienceMs, undefined, { ref: false })]);
  if (hasEnded) return;
  child.kill('SIGKILL');
  await exited;
}

export async function stopAll() {
  await Promise.all([...living].map(stop));
}
