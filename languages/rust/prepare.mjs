// Gets serde, serde_json and mimalloc, and compiles them and the loop: node prepare.mjs folder (docs/loop-protocol.md).
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { run } from './run.mjs';
import { sourceConfig } from './vendored.mjs';

// The newest that Rust 1.63 compiles; what macros and build scripts need does not come into the action.
const serde = '1.0.219';
const libmimalloc = '0.1.49';
const pinned = {
  serde_derive: serde,
  serde_json: '1.0.140',
  itoa: '1.0.15',
  memchr: '2.7.4',
  mimalloc: '0.1.52',
  ryu: '1.0.20',
};
const pinnedForBuilding = {
  cc: '1.2.16',
  'proc-macro2': '1.0.95',
  quote: '1.0.40',
  shlex: '1.3.0',
  syn: '2.0.101',
  'unicode-ident': '1.0.18',
};
const manifest = `[package]
name = "prepared"
version = "0.0.0"
edition = "2021"

[lib]
path = "lib.rs"

[dependencies]
action_loop = { path = "loop" }
${exact(pinned)}

# With huge pages every process takes 4 MiB more.
[dependencies.libmimalloc-sys]
version = "=${libmimalloc}"
features = ["no_thp"]

[dependencies.serde]
version = "=${serde}"
features = ["derive"]

[build-dependencies]
${exact(pinnedForBuilding)}

[profile.release]
codegen-units = 1
`;
const needed = ['action_loop', 'libmimalloc_sys', 'serde', ...Object.keys(pinned)];
const ours = readdirSync(import.meta.dirname).filter((name) => /\.rs$|^Cargo\.toml$/.test(name));
const [folder] = process.argv.slice(2);

const work = mkdtempSync(join(tmpdir(), 'prepare-rust-'));
try {
  prepare();
} catch (error) {
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

function prepare() {
  mkdirSync(join(work, 'loop'));
  for (const name of ours) copyFileSync(join(import.meta.dirname, name), join(work, 'loop', name));
  writeFileSync(join(work, 'Cargo.toml'), manifest);
  writeFileSync(join(work, 'lib.rs'), '');
  run('cargo', ['vendor', '--quiet', 'vendor'], { folder: work });
  mkdirSync(join(work, '.cargo'));
  writeFileSync(join(work, '.cargo/config.toml'), sourceConfig);
  const build = ['build', '--quiet', '--release', '--offline', '--message-format=json'];
  const messages = run('cargo', build, { folder: work }).split('\n').filter(Boolean);
  const externs = {};
  for (const { target, filenames, reason } of messages.map((line) => JSON.parse(line))) {
    const library = filenames?.find((name) => /\.(rlib|so)$/.test(name));
    if (reason !== 'compiler-artifact' || !needed.includes(target.name)) continue;
    externs[target.name] = basename(library);
    cpSync(library, join(folder, 'lib', basename(library)));
  }
  for (const part of ['loop', 'vendor']) {
    cpSync(join(work, part), join(folder, part), { recursive: true });
  }
  const sysroot = run('rustc', ['--print', 'sysroot'], { folder: work }).trim();
  writeFileSync(
    join(folder, 'prepared.json'),
    JSON.stringify({ tools: join(sysroot, 'bin'), externs }),
  );
}

function exact(versions) {
  return Object.entries(versions)
    .map(([name, version]) => `${name} = "=${version}"`)
    .join('\n');
}
