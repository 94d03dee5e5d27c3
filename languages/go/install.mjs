// Puts the modules that go.mod names into vendor/: node install.mjs, in the folder of the action.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { go, isWritable } from './go.mjs';

if (!existsSync('vendor/modules.txt')) vendor();

function vendor() {
  const folder = process.cwd();
  const work = mkdtempSync(join(tmpdir(), 'install-go-'));
  const common = { GO111MODULE: 'on', GOFLAGS: `${process.env.GOFLAGS ?? ''} -modcacherw` };
  try {
    const usual = go(['env', 'GOMODCACHE'], folder, common).stdout.trim();
    const environment = isWritable(usual)
      ? common
      : { ...common, GOMODCACHE: join(work, 'modules') };
    const { ok, output } = go(['mod', 'vendor'], folder, environment);
    process.stdout.write(output);
    if (!ok) process.exitCode = 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
