// Puts the crates that Cargo.toml names into vendor/: node install.mjs, in the folder of the action.
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { crateIn } from './crate.mjs';
import { run } from './run.mjs';

/** Cargo, as docs/loop-protocol.md has it. */
const missing = 127;

const folder = process.cwd();
const { CARGO_HOME = join(homedir(), '.cargo') } = process.env;
if (crateIn(folder).needsCargo && !existsSync(join(folder, 'vendor'))) vendor();

function vendor() {
  const work = mkdtempSync(join(tmpdir(), 'install-rust-'));
  try {
    const environment = { CARGO_HOME: isWritable(CARGO_HOME) ? CARGO_HOME : join(work, 'home') };
    run('cargo', ['vendor', '--quiet', 'vendor'], { folder, environment });
  } catch (error) {
    const isMissing = error.cause?.code === 'ENOENT';
    if (!isMissing) process.stdout.write(`${error.message}\n`);
    process.exitCode = isMissing ? missing : 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function isWritable(path) {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
