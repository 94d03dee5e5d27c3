// Writes what production starts: dist/launcher.js, its code cache, the loader of both, and what only some modes need.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';

// Made aside: a launcher that is running now goes on to find its files.
const folder = 'dist.new';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);

const common = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  logLevel: 'warning',
  charset: 'ascii',
};

// A library that is in a file of its own costs who does not ask for it neither time nor memory.
const apart = {
  name: 'apart',
  setup({ onResolve }) {
    const path = './prom-client.cjs';
    onResolve({ filter: /^prom-client$/ }, () => ({ path, external: true }));
  },
};
await build({ ...common, entryPoints: ['prom-client'], outfile: `${folder}/prom-client.cjs` });
await build({
  ...common,
  entryPoints: ['launcher/main.ts'],
  outfile: `${folder}/launcher.js`,
  plugins: [apart],
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
copyFileSync('scripts/loader.cjs', `${folder}/polyglot-launcher.cjs`);
chmodSync(`${folder}/polyglot-launcher.cjs`, 0o755);
execFileSync(process.execPath, ['scripts/make-cache.cjs', folder], { stdio: 'pipe' });
rmSync('dist', { recursive: true, force: true });
renameSync(folder, 'dist');
