import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

let made = 0;

/**
 * The files of a one-shot loop: what becomes the action's stdin, and the script that starts it. They are written over for
 * every activation, since making and removing files took a fifth of its time (measured).
 */
export class JobFiles {
  readonly input: JobFile;
  readonly script: JobFile;

  /** @param folder a private folder */
  constructor(folder: string) {
    made += 1;
    this.input = new JobFile(join(folder, `input-${made}`));
    this.script = new JobFile(join(folder, `job-${made}`));
  }

  remove(): void {
    this.input.remove();
    this.script.remove();
  }
}

class JobFile {
  readonly path: string;
  readonly #fd: number;

  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'wx', 0o600);
  }

  write(text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length;)
      at += writeSync(this.#fd, bytes, at, bytes.length - at, at);
    ftruncateSync(this.#fd, bytes.length);
  }

  remove(): void {
    closeSync(this.#fd);
    rmSync(this.path, { force: true });
  }
}
