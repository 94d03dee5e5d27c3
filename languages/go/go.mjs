// How Go's tools are run here: without a network, and with a cache that can be written to or need not be.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

const prepared = join(import.meta.dirname, 'prepared');

/**
 * Runs `go`.
 * @param {string[]} args
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} environment
 */
export function go(args, folder, environment) {
  const env = { ...process.env, ...environment, PWD: folder };
  const { status, error, stdout, stderr } = spawnSync('go', args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (error) throw error;
  return { ok: status === 0, stdout, output: `${stdout}${stderr}` };
}

/**
 * @param {string} work a folder that goes away afterwards
 * @returns {NodeJS.ProcessEnv} what builds get on top of what is there
 */
export function offline(work) {
  const { CGO_ENABLED = '0' } = process.env;
  return {
    GOPROXY: 'off',
    GOTOOLCHAIN: 'local',
    GO111MODULE: 'on',
    CGO_ENABLED,
    GOTMPDIR: work,
    ...cacheIn(work),
  };
}

/** @param {string} work where the cache is, if there is no other that can be used */
export function cacheIn(work) {
  if (existsSync(prepared)) {
    if (isWritable(prepared)) return { GOCACHE: prepared };
    // Reading is enough for all but an index of packages.
    const GODEBUG = [process.env.GODEBUG, 'goindex=0'].filter(Boolean).join();
    return { GOCACHE: prepared, GODEBUG };
  }
  const usual = go(['env', 'GOCACHE'], work, {}).stdout.trim();
  return isWritable(usual) ? {} : { GOCACHE: join(work, 'cache') };
}

export function isWritable(folder) {
  if (!isAbsolute(folder)) return false;
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
