import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { cacheFolder } from './cache.ts';
import { dockerPrints, printed, programVariable } from './docker.ts';

/** A Docker daemon of the tests' own. */
interface Daemon {
  readonly process: ChildProcess;
  /** Its socket, its log and what else goes with it. */
  readonly folder: string;
}

/** How long another run may have the daemon's data. */
const longestWaitSeconds = '1800';

let own: Daemon | undefined;

/** Sees to it that `docker` has a daemon: the one that runs, else one of our own, until `releaseDaemon`. */
export async function claimDaemon(): Promise<void> {
  process.env[programVariable] = await programWithBuildKit();
  process.env['DOCKER_BUILDKIT'] = '1';
  if (await answers()) return;
  try {
    own = await start();
  } catch (thrown) {
    // What a killed run left may be what it can't start from; what another run uses is not touched.
    const { code } = await printed('flock', ['--nonblock', lock(), 'rm', '-rf', dataFolder()]);
    if (code !== 0) throw thrown;
    own = await start();
  }
}

export async function releaseDaemon(): Promise<void> {
  if (own === undefined) return;
  await end(own);
  own = undefined;
}

/** A newer docker without its buildx may stand in front of Debian's, which brings BuildKit with it. */
async function programWithBuildKit(): Promise<string> {
  const env = { ...process.env, DOCKER_BUILDKIT: '1' };
  for (const program of ['docker', '/usr/bin/docker']) {
    const { code } = await printed(program, ['build', '--help'], env);
    if (code === 0) return program;
  }
  throw new Error('no docker with BuildKit: install docker.io');
}

async function start(): Promise<Daemon> {
  const folder = mkdtempSync(join(tmpdir(), 'docker-'));
  process.env['DOCKER_HOST'] = `unix://${folder}/docker.sock`;
  const log = openSync(join(folder, 'log'), 'w');
  const stdio = ['ignore', log, log] as const;
  const daemon = { process: spawn('setpriv', argvOf(folder), { stdio: [...stdio] }), folder };
  while (!(await answers())) {
    if (daemon.process.exitCode === null) {
      await delay(100);
      continue;
    }
    const said = readFileSync(join(folder, 'log'), 'utf8').slice(-2000);
    await end(daemon);
    throw new Error(`dockerd ended: ${said}`);
  }
  return daemon;
}

/** It ends when we end, however that is, and waits until that of another run has ended. */
function argvOf(folder: string): string[] {
  return [
    ...['--pdeathsig', 'TERM', 'flock', '--no-fork', '--timeout', longestWaitSeconds, lock()],
    ...['dockerd', '--host', `unix://${folder}/docker.sock`, '--data-root', dataFolder()],
    ...['--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid')],
  ];
}

function lock(): string {
  return join(cacheFolder(), 'lock');
}

function dataFolder(): string {
  return join(cacheFolder(), 'docker');
}

async function answers(): Promise<boolean> {
  return (await dockerPrints('version')).code === 0;
}

async function end({ process: child, folder }: Daemon): Promise<void> {
  if (child.exitCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}
