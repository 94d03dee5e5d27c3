'use strict';

const PREFIX = '__OW_';

/** The `__OW_*` variables of the running activation, over the ones that were there after loading. */
class Environment {
  #env;
  #loaded;
  #given = new Set(); // the names that the last line brought

  constructor(env) {
    this.#env = env;
    this.#loaded = new Map(Object.entries(env).filter(([name]) => name.startsWith(PREFIX)));
  }

  /** Setting a variable costs more than looking at it: what already has its value is left alone. */
  enter(line) {
    const given = new Set();
    for (const key of Object.keys(line)) {
      if (key === 'value') continue;
      const name = PREFIX + key.toUpperCase();
      given.add(name);
      if (this.#env[name] !== line[key]) this.#env[name] = line[key];
    }
    for (const name of this.#given) if (!given.has(name)) this.#restore(name);
    this.#given = given;
  }

  #restore(name) {
    const before = this.#loaded.get(name);
    if (before === undefined) delete this.#env[name];
    else this.#env[name] = before;
  }
}

module.exports = { Environment };
