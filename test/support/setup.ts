import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Languages } from '../../launcher/languages.ts';
import type { Language } from '../../launcher/manifest.ts';
import { preparedFolder } from '../../launcher/code/prepared.ts';

const root = join(import.meta.dirname, '../..');
const program = join(root, 'dist/polyglot-launcher.cjs');
/** Says, by language, of what its prepared folder was made. */
const stamps = join(root, 'node_modules/.cache/polyglot-launcher');

/**
 * Before all tests: what installed languages need is prepared as an image has it, unless it is there from an earlier
 * run. Otherwise each launcher would make it anew, and no test would end in time.
 */
export default function setup(): void {
  mkdirSync(stamps, { recursive: true });
  for (const language of Languages.read(join(root, 'languages')).all) {
    const version = versionOf(language);
    if (language.prepare !== undefined && version !== undefined) prepare(language, version);
  }
}

function prepare(language: Language, version: string): void {
  const stamp = join(stamps, `prepared-${language.name}`);
  const made = madeOf(language, version);
  const known = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (known === made && existsSync(preparedFolder(language))) return;
  try {
    execFileSync(process.execPath, [program, 'prepare', language.name], { stdio: 'inherit' });
    writeFileSync(stamp, made);
  } catch {
    process.stderr.write(
      `${language.name} is not prepared: its tests are going to say what is missing\n`,
    );
  }
}

function madeOf({ folder }: Language, version: string): string {
  const hash = createHash('sha256').update(version);
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  for (const name of files.map((entry) => entry.name).sort()) {
    hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

/** Undefined where it is not installed. */
function versionOf({ version: [tool, ...args] }: Language): string | undefined {
  if (tool === undefined) return '';
  const { status, stdout } = spawnSync(tool, args, { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}
