import { join } from 'node:path';

import { LineProcess, timeAnswers } from '../line-process.js';
import { perSecond, ratioRow } from '../row.js';
import { actions, startAction } from '../server.js';
import { alternate } from '../statistics.js';

const value = '{"name": "Ada"}';
/** What a shell can do at best: fork and execute the script for every line. */
const bashLoop =
  'while IFS= read -r line; do out=$("$0" "$line" </dev/null); printf "%s\\n" "$out" >&3; done';

/**
 * A script that is run for every activation, one after the other, against a bash loop that does the same.
 * @param {import('../row.js').Bench} bench
 */
export async function measureShell({ folder, rounds, seconds, generator }) {
  const server = await startAction(folder, { language: 'shell', file: 'echo.sh' });
  const loop = new LineProcess(['bash', '-c', bashLoop, join(actions, 'echo.sh')], { folder });
  const { port } = server;
  const body = `{"value":${value}}`;
  const measured = await alternate(
    rounds,
    async () => (await generator.measure({ port, body, connections: 1, seconds })).rate,
    async () => (await timeAnswers(loop, { line: value, seconds })).length / seconds,
  );
  await loop.stop();
  await server.stop();
  return [ratioRow('one-shot shell, rate : bash loop', measured, perSecond, { least: 0.7 })];
}
