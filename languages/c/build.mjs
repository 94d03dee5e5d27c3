// Makes an executable of a C program: node build.mjs main srcDir binDir (docs/loop-protocol.md).
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** With -g the linker knows lines; -s leaves that out of what it writes. */
const flags = ['-std=gnu17', '-O2', '-g', '-s', '-pthread'];
/** GNU make's own choice, in its order. */
const makefiles = ['GNUmakefile', 'makefile', 'Makefile'];

/** What says only where the linker found an object file, and in which function. */
const ofLinker = [
  /^(\/\S*\/ld: |collect2: .*\n)/gm,
  /\/\S*\/cc\w+\.o: ?/g,
  /^in function .*:\n/gm,
  /^(?:\.\/)+/gm,
];

const [, srcDir, binDir] = process.argv.slice(2);
const target = resolve(binDir, 'exec');
const fault = makefiles.some((name) => existsSync(join(srcDir, name))) ? make() : compile();
if (fault !== '') {
  process.stdout.write(`${fault.trimEnd()}\n`);
  process.exitCode = 1;
}

/** The user's folder stays as it is. */
function make() {
  const work = join(binDir, '.work');
  try {
    cpSync(srcDir, work, { recursive: true, verbatimSymlinks: true });
    const fault = run('make', ['--silent', '--no-print-directory'], work);
    if (fault !== '') return fault;
    if (!existsSync(join(work, 'exec')))
      return 'The first target of the Makefile leaves no file exec.';
    copyFileSync(join(work, 'exec'), target);
    return '';
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function compile() {
  const sources = readdirSync(srcDir).filter((name) => name.endsWith('.c'));
  if (sources.length === 0) return 'There is no .c file at the root of the code.';
  const ownNames = `-ffile-prefix-map=${srcDir}=.`;
  return run('cc', [...flags, ownNames, '-o', target, ...sources.sort(), '-lm'], srcDir);
}

/** @returns what is wrong, in terms of the user's own files: nothing, if nothing is */
function run(program, args, folder) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (error) return `${program} can't be run: ${error.message}`;
  if (status === 0) return '';
  const said = ofLinker.reduce(
    (text, pattern) => text.replaceAll(pattern, ''),
    `${stdout}${stderr}`,
  );
  return said || `${program} ended with code ${status} and said nothing.`;
}
