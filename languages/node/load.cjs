/** Finds and loads the action's code. */
'use strict';

const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const vm = require('node:vm');

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
const NEEDS_MODULE = /\b(import|export|await)\b|^Unexpected reserved word$/;
const IMPLIED = ['.mjs', '.cjs', '/index.mjs', '/index.cjs']; // what `require` does not try by itself
const TYPESCRIPT = ['.ts', '.mts', '.cts'];

/** The text is no JavaScript. */
class Unparsable {
  constructor(reason) {
    this.reason = reason;
  }
}

/** Resolves with the function to call; rejects with whatever the code threw. */
async function load({ folder, entry, main, inline, env }) {
  Object.assign(process.env, env);
  process.chdir(folder); // before any path is made: `__dirname === process.cwd()` has to hold
  for (const ending of TYPESCRIPT) Module._extensions[ending] = loadTyped;
  const [file, names] = inline ? [entry, main.split('.')] : locate(entry, main);
  const action = names.every((name) => IDENTIFIER.test(name))
    ? await find(fs.realpathSync(file), names, inline)
    : undefined;
  if (typeof action !== 'function') throw `Action entrypoint '${main}' is not a function.`;
  return action;
}

/** `main` may name a file in front of the function: `other.niam`, `lib/other.niam.xyz`. */
function locate(entry, main) {
  const root = process.cwd();
  const [file, ...rest] = main.split('.');
  const named = file && rest.length > 0 && resolve(path.join(root, file));
  if (named) return [named, rest];
  const isPackage = path.basename(entry) === 'package.json';
  const found = isPackage ? (resolve(root) ?? require.resolve(root)) : entry;
  return [found, main.split('.')];
}

function resolve(base) {
  try {
    return require.resolve(base);
  } catch {
    return IMPLIED.map((ending) => base + ending).find((file) => fs.existsSync(file));
  }
}

async function find(file, names, inline) {
  process.argv[1] = file;
  const isModule = /\.m[jt]s$/.test(file) || (!inline && isInModulePackage(file));
  if (TYPESCRIPT.includes(path.extname(file))) return findTyped(file, names, isModule);
  try {
    return await findUntyped(file, names, isModule);
  } catch (error) {
    if (!(error instanceof Unparsable)) throw error;
    if (isTypeScript(file)) return findTyped(file, names, isModule);
    throw error.reason;
  }
}

/**
 * A file is read as a script first, so that functions which it does not export are seen too, and as an
 * ES module where it says to be one, in its name, its package or its text.
 */
async function findUntyped(file, names, isModule) {
  if (isModule) return findExport(file, names);
  const source = fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  let script;
  try {
    script = compile(source.replace(/^#!/, '//'), file, names);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (!NEEDS_MODULE.test(error.message)) throw new Unparsable(error);
    return findExport(file, names);
  }
  return runScript(script, file, names);
}

/** What `require` does with a TypeScript file. */
function loadTyped(module, file) {
  require('./typescript.cjs').load(module, file);
}

/** The same with the types taken out; esbuild is loaded for nobody else. */
async function findTyped(file, names, isModule) {
  const typescript = require('./typescript.cjs');
  const script = isModule ? undefined : typescript.toScript(file);
  if (script === undefined) {
    typescript.installHooks(file);
    return findExport(file, names);
  }
  const module = newModule(file);
  const seen = typescript.run(module, script + giveAway(names), file);
  module.loaded = true;
  return typeof seen === 'function' ? seen : lookUpExport(names, module.exports);
}

/** Whether a text that is no JavaScript is TypeScript. */
function isTypeScript(file) {
  try {
    return Boolean(require('./typescript.cjs').translate(file, 'esm'));
  } catch {
    return false;
  }
}

/** The text becomes the body of a function, its last line gives away what only its scope can see. */
function compile(source, file, names) {
  try {
    return compileFunction(source + giveAway(names), file);
  } catch {
    return compileFunction(source, file); // the error then shows no line that the user did not write
  }
}

function compileFunction(source, file) {
  return vm.compileFunction(source, ['exports', 'require', 'module', '__filename', '__dirname'], {
    filename: file,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}

function giveAway(names) {
  if (!isVariable(names[0])) return '';
  return `\n;return typeof ${names[0]} === 'undefined' ? undefined : ${names.join('?.')};`;
}

/** Whether the name may stand alone in an expression; `default` and `eval` are identifiers, but can't. */
function isVariable(name) {
  try {
    return Boolean(new vm.Script(`'use strict'; var ${name};`));
  } catch {
    return false;
  }
}

function runScript(script, file, names) {
  const module = newModule(file);
  const args = [module.exports, Module.createRequire(file), module, file, path.dirname(file)];
  const seen = Reflect.apply(script, module.exports, args);
  module.loaded = true;
  return typeof seen === 'function' ? seen : lookUp(names, [module.exports, globalThis]);
}

function newModule(file) {
  const module = new Module(file);
  module.filename = file;
  module.paths = Module._nodeModulePaths(path.dirname(file));
  Module._cache[file] = module;
  return module;
}

async function findExport(file, names) {
  const module = await import(pathToFileURL(file)).catch((error) => {
    throw located(error, file);
  });
  return lookUpExport(names, module);
}

function lookUpExport(names, exports) {
  const whole = names.join('.') === 'main' ? { main: exports?.default } : undefined;
  return lookUp(names, [exports, exports?.default, whole, globalThis]);
}

function lookUp(names, roots) {
  const found = roots.map((root) => names.reduce((object, name) => object?.[name], root));
  return found.find((each) => typeof each === 'function');
}

function isInModulePackage(file) {
  if (!['.js', '.ts'].includes(path.extname(file))) return false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const description = path.join(folder, 'package.json');
    if (fs.existsSync(description))
      return JSON.parse(fs.readFileSync(description)).type === 'module';
    if (folder === path.dirname(folder)) return false;
  }
}

/** Node tells neither file nor line when an ES module does not parse; its own check does. */
function located(error, file) {
  if (!(error instanceof SyntaxError)) return error;
  if (error.stack.startsWith(`${file}:`)) return new Unparsable(error); // Node took it for a script
  if (/:\d+\n/.test(error.stack)) return error;
  const args = ['--input-type=module', '--check', '-'];
  const { spawnSync } = require('node:child_process');
  const check = spawnSync(process.execPath, args, { input: fs.readFileSync(file) });
  const said = check.stderr.toString().split('\n    at ')[0].replaceAll('[stdin]', file);
  return said.includes('SyntaxError') ? new Unparsable(said) : error;
}

module.exports = { load };
