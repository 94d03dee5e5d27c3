// Makes an executable of a Rust action: node build.mjs prepared main srcDir binDir (docs/loop-protocol.md).
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { buildByCargo } from './cargo.mjs';
import { crateIn } from './crate.mjs';
import { explain } from './explain.mjs';
import { run } from './run.mjs';

const [given, main, srcDir, binDir] = process.argv.slice(2);
const prepared = resolve(given);
const target = resolve(binDir, 'exec');
const work = resolve(binDir, '.work');
/** What the compiler says of an action with an allocator of its own. */
const hasAllocator = /conflicts with global allocator/;
mkdirSync(work);
try {
  build();
} catch (error) {
  process.stdout.write(`${explain(error.message, main)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

function build() {
  const folder = realpathSync(srcDir);
  const { tools, externs } = JSON.parse(readFileSync(join(prepared, 'prepared.json'), 'utf8'));
  const crate = crateIn(folder);
  if (crate.root === undefined)
    throw new Error('There is no src/lib.rs, and no .rs file at the root of the code.');
  if (!/^[A-Za-z_]\w*(::[A-Za-z_]\w*)*$/.test(main))
    throw new Error(`"${main}" can't be the name of a function.`);
  writeFileSync(join(work, 'main.rs'), mainOf(main));
  const means = { folder, work, prepared, tools, target };
  if (crate.needsCargo) buildByCargo(crate, means);
  else buildDirectly(crate, { ...means, externs });
}

/** Without cargo, which takes several times as long to find out that there is nothing else to do. */
function buildDirectly({ root, edition }, { folder, work, prepared, tools, externs, target }) {
  const libraries = join(prepared, 'lib');
  const known = Object.entries(externs).map(
    ([name, file]) => `--extern=${name}=${join(libraries, file)}`,
  );
  const common = ['-Copt-level=2', '--cap-lints=allow', '-Ldependency=' + libraries, ...known];
  const library = join(work, 'libaction.rlib');
  const options = { folder, environment: { TMPDIR: work } };
  const rustc = join(tools, 'rustc');
  const named = [
    '--crate-name=action',
    '--crate-type=rlib',
    `--edition=${edition}`,
    `--remap-path-prefix=${folder}=`,
  ];
  run(rustc, [...common, ...named, '-o', library, root], options);
  const linked = [
    '--crate-name=exec',
    '--edition=2021',
    '-Cstrip=symbols',
    `--extern=action=${library}`,
  ];
  const link = (...more) =>
    run(rustc, [...common, ...linked, ...more, '-o', target, join(work, 'main.rs')], options);
  try {
    link('--cfg=mimalloc');
  } catch (error) {
    if (!hasAllocator.test(error.message)) throw error;
    link();
  }
}

/** What it is given and what it returns the compiler finds out (outcome.rs). */
function mainOf(name) {
  return `#![allow(unexpected_cfgs, unused)]
use action_loop::outcome::*;

#[cfg(mimalloc)]
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    action_loop::run(&|turn| {
        let value = (&taken(&action::${name})).parse(turn)?;
        let mut result = action::${name}(value);
        let mut returned = Returned(&mut result);
        let mut value = returned.split()?;
        (&mut value).answer(turn)
    })
}
`;
}
