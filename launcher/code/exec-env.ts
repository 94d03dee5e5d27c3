import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const execEnvName = 'exec.env';

/** What `exec.env` in a folder says that its `exec` was made for, or undefined where there is none. */
export function readExecEnv(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, execEnvName), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** A kind without its version: what `go:1.24` made starts in `go:1.26`, too. */
export function familyOf(kind: string): string {
  return kind.split(':', 1)[0] ?? kind;
}
