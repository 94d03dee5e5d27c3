'use strict';

const PREFIX = '__OW_';

/** The `__OW_*` variables of the running activation, over the ones that were there after loading. */
class Environment {
  #env;
  #loaded;
  #keys = []; // of the last line
  #names = new Map();

  constructor(env) {
    this.#env = env;
    this.#loaded = new Map(Object.entries(env).filter(([name]) => name.startsWith(PREFIX)));
  }

  /** Calls back within the context of a line, which stays until the next one. */
  run(line, action) {
    this.#enter(line);
    return action();
  }

  /** Setting a variable costs more than looking at it: what already has its value is left alone. */
  #enter(line) {
    const keys = Object.keys(line);
    if (!isSame(keys, this.#keys)) this.#turnTo(keys);
    for (const [key, name] of this.#names) {
      if (this.#env[name] !== line[key]) this.#env[name] = line[key];
    }
  }

  /** Line after line brings the same keys: what they are in the environment is worked out once. */
  #turnTo(keys) {
    const given = keys.filter((key) => key !== 'value');
    const names = new Map(given.map((key) => [key, PREFIX + key.toUpperCase()]));
    const kept = new Set(names.values());
    for (const name of this.#names.values()) if (!kept.has(name)) this.#restore(name);
    this.#keys = keys;
    this.#names = names;
  }

  #restore(name) {
    const before = this.#loaded.get(name);
    if (before === undefined) delete this.#env[name];
    else this.#env[name] = before;
  }
}

function isSame(some, others) {
  return some.length === others.length && some.every((each, at) => each === others[at]);
}

module.exports = { Environment };
