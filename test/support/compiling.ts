import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { python, zip } from './archives.ts';
import { withFolder } from './folders.ts';
import { program } from './launcher.ts';

/** The base64 of a zip of these files, as `/init` takes it. */
export async function zipped(
  files: Readonly<Record<string, string | Buffer>>,
): Promise<{ readonly code: string; readonly binary: true }> {
  return { code: (await zip(files)).toString('base64'), binary: true };
}

export interface Compiled {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

interface CompileOptions {
  readonly args?: readonly string[];
  /** The words before `args`. */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Words in front of the command, such as `unshare -n`. */
  readonly prefix?: readonly string[];
}

/** Runs `polyglot-launcher compile` to its end; its temporary folder has to be empty then. */
export function compile(
  input: string | Buffer,
  { args = [], command = ['compile'], env = {}, prefix = [] }: CompileOptions = {},
): Compiled {
  const folder = mkdtempSync(join(tmpdir(), 'compile-'));
  chmodSync(folder, 0o777);
  try {
    const words = [...prefix, process.execPath, program, ...command, ...args];
    const { PATH, HOME } = process.env;
    const { status, stdout, stderr } = spawnSync(words[0] ?? '', words.slice(1), {
      input,
      env: { PATH, HOME, TMPDIR: folder, ...env },
      maxBuffer: 256 * 1024 * 1024,
    });
    const left = readdirSync(folder);
    if (left.length > 0) throw new Error(`compile left ${left.join(', ')}`);
    return { code: status, stdout, stderr: stderr.toString() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder of links to a few programs, for a PATH on which there is nothing else. */
export function pathOf(folder: string, programs: readonly string[]): string {
  const path = join(folder, 'only');
  mkdirSync(path);
  for (const name of programs) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    symlinkSync(found.stdout.trim(), join(path, name));
  }
  return path;
}

/** What a zip holds: the mode of each entry in octal digits, and its text. */
export function entriesOf(bytes: Buffer): Promise<Record<string, [string, string]>> {
  let entries: Record<string, [string, string]> = {};
  return withFolder({}, (folder) => {
    const path = join(folder, 'action.zip');
    writeFileSync(path, bytes);
    const script = `
import json, zipfile
with zipfile.ZipFile(${JSON.stringify(path)}) as archive:
    print(json.dumps({
        one.filename: ["%o" % (one.external_attr >> 16), archive.read(one).decode("latin-1")]
        for one in archive.infolist()
    }))`;
    entries = JSON.parse(python(script).toString()) as typeof entries;
  }).then(() => entries);
}
