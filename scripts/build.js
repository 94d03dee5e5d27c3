// Writes the one file that production starts: dist/polyglot-launcher.cjs.
import { build } from 'esbuild';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');

await build({
  entryPoints: ['launcher/main.ts'],
  outfile: 'dist/polyglot-launcher.cjs',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  logLevel: 'warning',
  // CommonJS starts faster than a module does, and has no import.meta.
  banner: {
    js: '#!/usr/bin/env node\nconst launcherUrl = require("node:url").pathToFileURL(__filename).href;',
  },
  define: { 'import.meta.url': 'launcherUrl' },
  // The launcher answers with JSON and text: the table of all media types, which libraries
  // bring twice, would cost a third of the time to start.
  alias: { 'mime-db': './scripts/media-types.json' },
});
chmodSync('dist/polyglot-launcher.cjs', 0o755);
