/** TypeScript: esbuild takes the types out, file by file when they are needed, and nothing is written. */
'use strict';

const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');

const ENDING = /\.([cm]?)ts$/;
const ENDINGS = ['.ts', '.mts', '.cts'];
/** What an import may say, and what it then may mean: `./a.js` is `./a.ts` where only that is there. */
const MEANINGS = [
  [/\.([cm]?)js$/, ['.$1ts']],
  [/$/, [...ENDINGS, '/index.ts', '/index.mts', '/index.cts']],
];
/** esbuild says so of what a script can't hold: an `await` outside of a function, `import.meta`. */
const MODULE_ONLY = /Top-level await/;

const isTypeScript = (file) => ENDING.test(file);

/** The existing TypeScript file that an import of `base` can mean. */
function meaningOf(base) {
  const candidates = MEANINGS.flatMap(([said, meant]) =>
    said.test(base) ? meant.map((ending) => base.replace(said, ending)) : [],
  );
  return candidates.find((file) => fs.existsSync(file));
}

/** @returns JavaScript with its source map; @throws SyntaxError with file and line in its stack */
function translate(file, format) {
  return build(file, format).code;
}

/** The text as a script, or undefined where only an ES module can hold it. */
function toScript(file) {
  try {
    const { code, warnings } = build(file, 'cjs');
    return warnings.some(({ id }) => id === 'empty-import-meta') ? undefined : code;
  } catch (error) {
    if (MODULE_ONLY.test(error.message)) return undefined;
    throw error;
  }
}

function build(file, format) {
  try {
    const { outputFiles, warnings } = esbuild().buildSync({
      entryPoints: [file],
      outfile: path.join(path.dirname(file), 'out.js'), // of the map only
      absWorkingDir: path.dirname(file),
      write: false,
      format,
      platform: 'node',
      target: `node${process.versions.node}`,
      loader: { '.js': 'ts', '.mjs': 'ts', '.cjs': 'ts' }, // a text that came without a name
      sourcemap: 'inline',
      logLevel: 'silent',
    });
    return { code: outputFiles[0].text, warnings };
  } catch (error) {
    throw error.errors?.length > 0 ? syntaxError(error.errors[0], file) : error;
  }
}

/** It would keep a thread and a process for the next file: one process a file is enough, and leaves nothing. */
function esbuild() {
  const before = process.env.ESBUILD_WORKER_THREADS;
  process.env.ESBUILD_WORKER_THREADS = '0';
  try {
    return require('esbuild');
  } catch (cause) {
    if (cause.code !== 'MODULE_NOT_FOUND') throw cause;
    throw new Error('A TypeScript action needs esbuild beside the launcher: npm install esbuild');
  } finally {
    if (before === undefined) delete process.env.ESBUILD_WORKER_THREADS;
    else process.env.ESBUILD_WORKER_THREADS = before;
  }
}

/** Looks as V8's does. */
function syntaxError({ text, location }, file) {
  const error = new SyntaxError(text);
  if (location === null) return error;
  const { line, lineText, column, length } = location;
  const mark = `${' '.repeat(column)}${'^'.repeat(Math.max(length, 1))}`;
  error.stack = `${file}:${line}\n${lineText}\n${mark}\n\nSyntaxError: ${text}`;
  return error;
}

let isInstalled = false;

/** From now on stacks tell the lines of TypeScript, and `require` finds what its imports mean. */
function install() {
  if (isInstalled) return;
  isInstalled = true;
  process.setSourceMapsEnabled(true);
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request, parent, ...rest) => {
    try {
      return resolve.call(Module, request, parent, ...rest);
    } catch (error) {
      const isLocal = /^\.{0,2}\//.test(request) && parent?.filename;
      const found = isLocal && meaningOf(path.resolve(path.dirname(parent.filename), request));
      if (found) return found;
      throw error;
    }
  };
}

/** Runs a file as `require` does. */
function load(module, file) {
  run(module, translate(file, 'cjs'), file);
}

/** Runs a script as the body of a module; @returns what its last line returns */
function run(module, script, file) {
  install();
  if (/\bimport\(/.test(script)) installHooks();
  return module._compile(script, file);
}

let hasHooks = false;

/**
 * From now on `import` takes TypeScript too. Where Node has no hooks that run in this thread, that takes one more.
 * @param untyped a file that is TypeScript, whatever its name
 */
function installHooks(untyped) {
  install();
  if (hasHooks) return;
  hasHooks = true;
  const data = { untyped: untyped && pathToFileURL(untyped).href };
  if (Module.registerHooks) Module.registerHooks(hooks(data));
  else Module.register(pathToFileURL(path.join(__dirname, 'typescript-hooks.mjs')), { data });
}

/** The hooks of this thread. */
function hooks({ untyped }) {
  return {
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        return resolved(specifier, context, error);
      }
    },
    load: (url, context, next) => loaded(url, untyped) ?? next(url, context),
  };
}

/** What an import that Node can't resolve means; @throws what Node said where that is nothing */
function resolved(specifier, { parentURL }, error) {
  const isLocal = /^(\.{0,2}\/|file:)/.test(specifier);
  const found = isLocal && meaningOf(fileURLToPath(new URL(specifier, parentURL)));
  if (!found) throw error;
  return { url: pathToFileURL(found).href, shortCircuit: true };
}

/** A module of TypeScript, undefined for what is none. A module imports modules: only `.cts` is none. */
function loaded(url, untyped) {
  const file = url.startsWith('file:') ? fileURLToPath(url) : '';
  if (!isTypeScript(file) && url !== untyped) return undefined;
  if (file.endsWith('.cts')) return { format: 'commonjs', shortCircuit: true };
  return { format: 'module', source: translate(file, 'esm'), shortCircuit: true };
}

module.exports = { translate, toScript, load, run, installHooks, resolved, loaded };
