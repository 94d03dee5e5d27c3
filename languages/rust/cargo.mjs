// For actions whose Cargo.toml asks for more than what is prepared.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { run } from './run.mjs';
import { sourceConfig } from './vendored.mjs';

/** @throws {Error} with what cargo printed */
export function buildByCargo({ name = 'action' }, { folder, work, prepared, tools, target }) {
  const vendor = join(work, 'vendor');
  linkAll(vendor, [join(folder, 'vendor'), join(prepared, 'vendor')]);
  mkdirSync(join(work, '.cargo'));
  writeFileSync(join(work, '.cargo/config.toml'), sourceConfig);
  writeFileSync(join(work, 'Cargo.toml'), manifest(name, folder));
  const lock = join(folder, 'Cargo.lock');
  if (existsSync(lock)) copyFileSync(lock, join(work, 'Cargo.lock'));
  cpSync(join(prepared, 'loop'), join(work, 'loop'), { recursive: true });
  const environment = {
    CARGO_HOME: join(work, 'home'),
    CARGO_TARGET_DIR: join(work, 'target'),
    RUSTC: join(tools, 'rustc'),
    TMPDIR: work,
  };
  const args = ['build', '--release', '--offline', '--quiet'];
  run(join(tools, 'cargo'), args, { folder: work, environment });
  copyFileSync(join(work, 'target/release/exec'), target);
}

/** The action's own crates, and what it does not bring. */
function linkAll(target, folders) {
  mkdirSync(target);
  for (const folder of folders.filter(existsSync)) {
    for (const name of readdirSync(folder).filter((name) => !existsSync(join(target, name)))) {
      symlinkSync(join(folder, name), join(target, name));
    }
  }
}

function manifest(name, folder) {
  return `[package]
name = "exec"
version = "0.0.0"
edition = "2021"

[[bin]]
name = "exec"
path = "main.rs"

[dependencies]
action = { package = ${JSON.stringify(name)}, path = ${JSON.stringify(folder)} }
action_loop = { path = "loop" }

[profile.release]
strip = true

[workspace]
`;
}
