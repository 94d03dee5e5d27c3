// Installs what package.json depends on: node install.mjs, in the folder of the action.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** npm, as docs/loop-protocol.md has it. */
const missing = 127;

const { npm_config_cache: cache = join(homedir(), '.npm') } = process.env;
const args = ['install', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];
// npm does nothing without a cache that it can write to.
const npm_config_cache = isWritable(cache) ? cache : join(tmpdir(), 'npm');
const env = { ...process.env, npm_config_cache };
const { error, status } = spawnSync('npm', args, { env, stdio: 'inherit' });
if (error !== undefined && error.code !== 'ENOENT') throw error;
process.exitCode = error === undefined ? (status ?? 1) : missing;

function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
