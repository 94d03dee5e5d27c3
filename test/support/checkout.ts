import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const notCopied = new Set(['.git', 'node_modules', 'coverage', 'prepared']);

/** A copy of this checkout that may be changed, with the same packages, for the time of one body. */
export async function withCheckout(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  try {
    const filter = (path: string): boolean => !notCopied.has(basename(path));
    cpSync(root, folder, { recursive: true, filter });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
