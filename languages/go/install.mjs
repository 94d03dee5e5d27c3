// Puts the modules that go.mod names into vendor/: node install.mjs, in the folder of the action.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cacheIn, go, isWritable } from './go.mjs';

/** Go, as docs/loop-protocol.md has it. */
const missing = 127;

if (!existsSync('vendor/modules.txt')) process.exitCode = vendor();

/** @returns {number} the code to end with */
function vendor() {
  const folder = process.cwd();
  const work = mkdtempSync(join(tmpdir(), 'install-go-'));
  const GOFLAGS = `${process.env.GOFLAGS ?? ''} -modcacherw`;
  try {
    const common = { GO111MODULE: 'on', GOFLAGS, ...cacheIn(work) };
    const usual = go(['env', 'GOMODCACHE'], folder, common).stdout.trim();
    const environment = isWritable(usual)
      ? common
      : { ...common, GOPATH: work, GOMODCACHE: join(work, 'pkg/mod') };
    // Without go.sum nobody has said which bytes the modules have to be, and Go vendors nothing.
    const commands = existsSync('go.sum') ? ['vendor'] : ['tidy', 'vendor'];
    for (const command of commands) {
      const { ok, output } = go(['mod', command], folder, environment);
      if (ok) continue;
      process.stdout.write(output);
      return 1;
    }
    return 0;
  } catch (error) {
    if (error.code === 'ENOENT') return missing;
    throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
