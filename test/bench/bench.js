// npm run bench [-- --quick]: what the launcher costs beside what it could cost at best (README.md here).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { stopAll } from './children.js';
import { chooseLoadGenerator } from './load.js';
import { describeMachine, load } from './machine.js';
import { measureBuildCache } from './rows/build-cache.js';
import { measureInit } from './rows/init.js';
import { measureLanguages } from './rows/languages.js';
import { measureMemory } from './rows/memory.js';
import { measurePipes } from './rows/pipes.js';
import { measureRuns } from './rows/run.js';
import { measureShell } from './rows/shell.js';
import { measureSizes } from './rows/size.js';
import { measureStart } from './rows/start.js';
import { measureWebSockets } from './rows/websocket.js';
import { tableOf } from './table.js';

const measures = {
  run: measureRuns,
  languages: measureLanguages,
  cache: measureBuildCache,
  pipes: measurePipes,
  init: measureInit,
  start: measureStart,
  shell: measureShell,
  size: measureSizes,
  memory: measureMemory,
  websocket: measureWebSockets,
};

/** @param {string[]} args `--quick`, and the names of what is to be measured: all, if there are none */
async function main(args) {
  const isQuick = args.includes('--quick');
  const chosen = args.filter((arg) => arg !== '--quick');
  const unknown = chosen.filter((name) => !(name in measures));
  if (unknown.length > 0) {
    process.stderr.write(
      `Known are ${Object.keys(measures).join(', ')}, not ${unknown.join(', ')}.\n`,
    );
    process.exitCode = 2;
    return;
  }

  const folder = mkdtempSync(join(tmpdir(), 'polyglot-bench-'));
  const generator = chooseLoadGenerator(folder);
  const bench = { folder, isQuick, rounds: isQuick ? 2 : 5, seconds: 1, generator };
  await cleaningUp(folder, async () => {
    print(`${describeMachine()}\nload ${load()} before; ${generator.name} sends\n`);
    const rows = [];
    for (const [name, measure] of Object.entries(measures)) {
      if (chosen.length > 0 && !chosen.includes(name)) continue;
      process.stderr.write(`measuring ${name} …\n`);
      rows.push(...(await measure(bench)));
    }
    print(`${tableOf(rows)}\n\n${verdict(rows)}; load ${load()} after\n`);
  });
}

/** Ends every process that was started, whatever happens. @param {string} folder @param {() => Promise<void>} work */
async function cleaningUp(folder, work) {
  const cleanUp = async () => {
    await stopAll();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => void cleanUp().then(() => process.exit(130)));
  }
  await work().finally(cleanUp);
}

/** A slow machine is no failure: what does not hold is said, and that is all. @param {import('./row.js').Row[]} rows */
function verdict(rows) {
  const judged = rows.filter(({ holds }) => holds !== undefined);
  const missed = judged.filter(({ holds }) => !holds);
  return `${judged.length - missed.length} of ${judged.length} budgets hold`;
}

/** @param {string} text */
function print(text) {
  process.stdout.write(text);
}

await main(process.argv.slice(2));
