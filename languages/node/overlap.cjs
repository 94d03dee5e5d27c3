/** What the environment is where activations overlap: each sees its own `__OW_*` variables, in all that it awaits. */
'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');
const { syncBuiltinESMExports } = require('node:module');

const PREFIX = '__OW_';

class OverlappingEnvironment {
  #contexts = new AsyncLocalStorage();

  /** Takes the place of `process.env`, before the action can keep that. */
  install() {
    const own = () => this.#contexts.getStore();
    process.env = new Proxy(process.env, {
      get: (env, name) => own()?.get(name) ?? env[name],
      has: (env, name) => own()?.has(name) || name in env,
      ownKeys: (env) => [...new Set([...Reflect.ownKeys(env), ...(own()?.keys() ?? [])])],
      getOwnPropertyDescriptor: (env, name) => descriptorOf(env, name, own()?.get(name)),
      set: (env, name, value) => {
        if (own()?.has(name)) own().set(name, String(value));
        else env[name] = value;
        return true;
      },
      deleteProperty: (env, name) => {
        own()?.delete(name);
        return delete env[name];
      },
    });
    syncBuiltinESMExports(); // for `import { env } from 'node:process'`
  }

  /** Calls back within the context of a line. */
  run(line, action) {
    const given = Object.keys(line).filter((key) => key !== 'value');
    const context = new Map(given.map((key) => [PREFIX + key.toUpperCase(), line[key]]));
    return this.#contexts.run(context, action);
  }
}

function descriptorOf(env, name, value) {
  if (value === undefined) return Reflect.getOwnPropertyDescriptor(env, name);
  return { value, writable: true, enumerable: true, configurable: true };
}

module.exports = { OverlappingEnvironment };
