// Writes what production starts: dist/launcher.js, its code cache, and the loader of both.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');

await build({
  entryPoints: ['launcher/main.ts'],
  outfile: 'dist/launcher.js',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  logLevel: 'warning',
  charset: 'ascii',
  // CommonJS starts faster than a module does, and has no import.meta.
  banner: {
    js: '(function (require, __filename, __dirname) { const module = { exports: {} }; const launcherUrl = require("node:url").pathToFileURL(__filename).href;',
  },
  footer: { js: '})' },
  define: { 'import.meta.url': 'launcherUrl' },
  // The launcher answers with JSON and text: the table of all media types, which libraries
  // bring twice, would cost a third of the time to start.
  alias: { 'mime-db': './scripts/media-types.json' },
});
copyFileSync('scripts/loader.cjs', 'dist/polyglot-launcher.cjs');
execFileSync(process.execPath, ['scripts/make-cache.cjs'], { stdio: 'pipe' });
