// Makes an executable of a Go action: node build.mjs main srcDir binDir (docs/loop-protocol.md).
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';

import { go, offline } from './go.mjs';
import { hasMain, packageFault, sourcesIn } from './sources.mjs';

/** Of a folder without go.mod. */
const moduleName = 'action';
/** What is laid over the user's folder: names that nobody has. */
const loopPackage = 'polyglot_launcher_loop';
const mainFile = 'zz_polyglot_launcher.go';
const flags = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w'];
const needsNetwork =
  /GOPROXY=off|no required module provides|missing go\.sum entry|cannot find module/;
const hint =
  'Go actions are built without a network. Put what they need into vendor/ with `go mod vendor`,' +
  ' or have it installed by `polyglot-launcher compile` or with OW_INSTALL=1.';

/**
 * @param {string} main
 * @param {string} srcDir
 * @param {string} binDir
 * @returns {string} what is wrong with the sources: nothing, if `binDir/exec` is there
 */
export function build(main, srcDir, binDir) {
  const folder = realpathSync(srcDir);
  const sources = sourcesIn(folder);
  if (sources.length === 0) return 'There is no .go file at the root of the code.';
  const fault = sources.map(packageFault).find(Boolean);
  if (fault !== undefined) return fault;
  const work = resolve(binDir, '.work');
  mkdirSync(work);
  try {
    const environment = offline(work);
    const overlay = writeOverlay({ main, folder, work, sources, environment });
    const args = ['build', '-overlay', overlay, ...flags, '-o', resolve(binDir, 'exec'), '.'];
    const { ok, output } = go(args, folder, environment);
    return ok ? '' : explain(output, main);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The user's folder stays as it is: the loop is only laid over it. */
function writeOverlay({ main, folder, work, sources, environment }) {
  const Replace = {};
  const lay = (name, text) => {
    writeFileSync(join(work, name), text);
    Replace[join(folder, name)] = join(work, name);
  };
  if (!existsSync(join(folder, 'go.mod'))) {
    lay('go.mod', `module ${moduleName}\n\ngo ${languageVersion(folder, environment)}\n`);
  }
  if (sources.some(hasMain)) {
    if (!sources.some(({ text }) => text.includes('__OW_WAIT_FOR_ACK')))
      lay(mainFile, acknowledging);
  } else {
    lay(mainFile, mainOf(main, `${moduleOf(folder)}/${loopPackage}`));
    for (const name of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.go'))) {
      Replace[join(folder, loopPackage, name)] = join(import.meta.dirname, name);
    }
  }
  const overlay = join(work, 'overlay.json');
  writeFileSync(overlay, JSON.stringify({ Replace }));
  return overlay;
}

const capitalised = (name) => name.charAt(0).toUpperCase() + name.slice(1);

const mainOf = (main, loop) => `package main

import polyglotLauncher "${loop}"

func main() { polyglotLauncher.Run("${capitalised(main)}", ${capitalised(main)}) }
`;

/** For who loops himself, and does not know that the launcher waits for a word. */
const acknowledging = `package main

import (
	polyglotLauncherOs "os"
	polyglotLauncherSyscall "syscall"
)

func init() {
	if polyglotLauncherOs.Getenv("__OW_WAIT_FOR_ACK") != "" {
		polyglotLauncherSyscall.Write(3, []byte("{\\"ok\\":true}\\n"))
	}
}
`;

function moduleOf(folder) {
  const file = join(folder, 'go.mod');
  if (!existsSync(file)) return moduleName;
  return /^module\s+"?([^\s"]+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? moduleName;
}

/** What the installed Go knows: without it a module is written in Go 1.16. */
function languageVersion(folder, environment) {
  const { stdout } = go(['env', 'GOVERSION'], folder, environment);
  return /go(\d+\.\d+)/.exec(stdout)?.[1] ?? '1.19';
}

/** The compiler's words, about the user's own files. */
function explain(output, main) {
  const lines = output
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))
    .map((line) =>
      line.replace(/^\.\//, '').replace(ofMainFile, (_, said) => aboutEntry(said, main)),
    );
  if (needsNetwork.test(output)) lines.push(hint);
  return lines.join('\n') || 'go build failed and said nothing.';
}

const ofMainFile = new RegExp(`^.*${mainFile}:\\d+:\\d+: (.*)$`);

function aboutEntry(said, main) {
  const name = capitalised(main);
  if (said === `undefined: ${name}`) {
    return `There is no function ${name} in package main, which the entry point "${main}" stands for.`;
  }
  return `${name}, which the entry point "${main}" stands for, has to be a function: ${said}`;
}

if (process.argv[1] === import.meta.filename) {
  const [main, srcDir, binDir] = process.argv.slice(2);
  const fault = build(main, srcDir, binDir);
  if (fault !== '') {
    process.stdout.write(`${fault}\n`);
    process.exitCode = 1;
  }
}
