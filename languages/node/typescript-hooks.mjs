/** What makes `import` take TypeScript; runs in a thread of Node's own (`module.register`). */
import typescript from './typescript.cjs';

let untyped;

export function initialize(data) {
  untyped = data.untyped;
}

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    return typescript.resolved(specifier, context, error);
  }
}

export async function load(url, context, next) {
  return typescript.loaded(url, untyped) ?? next(url, context);
}
