// Compiles Go's standard library and the loop, once: node prepare.mjs folder (docs/loop-protocol.md). A first build
// without it takes as long as this.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from './build.mjs';
import { go, offline } from './go.mjs';

process.env.GOCACHE = process.argv[2];
const work = mkdtempSync(join(tmpdir(), 'prepare-go-'));
try {
  const { ok, output } = go(['build', '-trimpath', 'std'], work, offline(work));
  const fault = ok ? buildOne() : output;
  process.stdout.write(fault);
  if (fault !== '') process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** @returns {string} what is wrong */
function buildOne() {
  const [source, target] = [join(work, 'src'), join(work, 'bin')];
  mkdirSync(source);
  mkdirSync(target);
  writeFileSync(join(source, 'main.go'), 'package main\n\nfunc Main() {}\n');
  return build('main', source, target);
}
