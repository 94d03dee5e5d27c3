// Puts the jars that pom.xml depends on into lib/: node install.mjs, in the folder of the action.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Maven, as docs/loop-protocol.md has it. */
const missing = 127;

const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=lib'];
// Maven does nothing without a repository that it can write to.
const repository = isWritable(join(homedir(), '.m2/repository'))
  ? []
  : [`-Dmaven.repo.local=${join(tmpdir(), 'maven')}`];
const args = ['-q', '-B', '-Dstyle.color=never', ...repository, ...goal];
const { error, status, stdout, stderr } = spawnSync('mvn', args, {
  encoding: 'utf8',
  maxBuffer: 64 << 20,
});
if (error !== undefined && error.code !== 'ENOENT') throw error;
// Debian's colours nothing, and says so.
if (status !== 0) process.stdout.write(`${stdout ?? ''}${stderr ?? ''}`.replaceAll('\x1b[0m', ''));
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
