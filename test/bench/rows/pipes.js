import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

import { LineProcess, timeAnswers } from '../line-process.js';
import { figureRow, micros } from '../row.js';
import { actions } from '../server.js';
import { median } from '../statistics.js';

const languages = fileURLToPath(new URL('../../../languages', import.meta.url));
const line = JSON.stringify({ value: { name: 'Ada', city: 'London', numbers: [1, 2, 3] } });

/**
 * The bare loop on pipes: what an activation costs without HTTP and without the launcher.
 * @param {import('../row.js').Bench} bench
 */
export async function measurePipes({ folder, seconds }) {
  return [
    await pipesRow('node', 'echo.js', { folder, seconds }),
    await pipesRow('python', 'echo.py', { folder, seconds }),
  ];
}

/** @param {string} language @param {string} file @param {{folder: string, seconds: number}} options */
async function pipesRow(language, file, { folder, seconds }) {
  const loop = await startLoop(language, file, folder);
  await timeAnswers(loop, { line, seconds });
  const p50 = median(await timeAnswers(loop, { line, seconds }));
  await loop.stop();
  const shown = { ours: '', limit: micros(p50) };
  return figureRow(`the bare loop on pipes, p50: ${language}`, shown, p50, { show: () => '' });
}

/**
 * Starts the loop of a language with one of `actions/` in it.
 * @param {string} language
 * @param {string} file
 * @param {string} folder for its pipes
 */
export async function startLoop(language, file, folder) {
  const loop = new LineProcess(startCommand(language), { folder, cwd: join(languages, language) });
  const load = { folder: actions, entry: join(actions, file), main: 'main', inline: true, env: {} };
  const answer = await loop.ask(JSON.stringify(load));
  if (answer.startsWith('{"ok":true')) return loop;
  throw new Error(`The loop of ${language} said ${answer}`);
}

/** @param {string} language */
function startCommand(language) {
  const folder = join(languages, language);
  const { start } = JSON.parse(readFileSync(join(folder, 'language.json'), 'utf8'));
  return start.map((/** @type {string} */ word) => {
    if (word === 'node') return process.execPath;
    return existsSync(join(folder, word)) ? join(folder, word) : word;
  });
}
