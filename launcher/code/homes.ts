import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';

/** Where the code is put that is sent. */
const sources = 'src';

/** The private folders of actions: one for each, in which a folder `src` waits for its code. */
export class Homes {
  readonly #folder: string;
  #next: string | undefined;

  /** @param folder a private one */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Where the code that comes next is going to be: who waits for it can be there already. */
  ahead(): string {
    this.#next ??= this.#make();
    return sourceFolder(this.#next);
  }

  /** The caller removes it. */
  take(): string {
    const home = this.#next ?? this.#make();
    this.#next = undefined;
    return home;
  }

  #make(): string {
    const home = mkdtempSync(join(this.#folder, 'action-'));
    mkdirSync(sourceFolder(home));
    return home;
  }
}

export function sourceFolder(home: string): string {
  return join(home, sources);
}
