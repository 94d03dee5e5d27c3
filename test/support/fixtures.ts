import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../fixtures/loops');

/** The text of an ActionLoop executable that misbehaves when its value says so, and else answers `{"n": n}`. */
export function loopFixture(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}
