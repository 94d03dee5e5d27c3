/** What makes `import` take TypeScript; runs in a thread of Node's own (`module.register`). */
import { fileURLToPath, pathToFileURL } from 'node:url';

import typescript from './typescript.cjs';

let untyped;

export function initialize(data) {
  untyped = data.untyped;
}

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    const found = isLocal(specifier) && typescript.meaningOf(pathOf(specifier, context.parentURL));
    if (!found) throw error;
    return { url: pathToFileURL(found).href, shortCircuit: true };
  }
}

/** A module imports modules: only `.cts` is none. */
export async function load(url, context, next) {
  const file = url.startsWith('file:') ? fileURLToPath(url) : '';
  if (!typescript.isTypeScript(file) && url !== untyped) return next(url, context);
  if (file.endsWith('.cts')) return { format: 'commonjs', shortCircuit: true };
  return { format: 'module', source: typescript.translate(file, 'esm'), shortCircuit: true };
}

function isLocal(specifier) {
  return /^(\.{0,2}\/|file:)/.test(specifier);
}

function pathOf(specifier, parent) {
  return fileURLToPath(new URL(specifier, parent));
}
