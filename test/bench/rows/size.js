import { Client } from '../client.js';
import { millis, ratioRow } from '../row.js';
import { startAction, startBareServer } from '../server.js';
import { alternate } from '../statistics.js';

/**
 * What ten times the size costs.
 * @param {import('../row.js').Bench} bench
 */
export async function measureSizes({ folder, isQuick }) {
  const rounds = isQuick ? 5 : 15;
  const servers = [
    await startAction(folder, { language: 'node', file: 'echo.js' }),
    await startAction(folder, { language: 'python', file: 'echo.py' }),
    await startBareServer(folder),
  ];
  const large = bodyOf(10e6);
  const small = bodyOf(1e6);
  const rows = [];
  for (const { name, port } of servers) {
    const client = await Client.open(port);
    await timeOf(client, large); // the first one makes room
    const measured = await alternate(
      rounds,
      () => timeOf(client, large),
      () => timeOf(client, small),
    );
    client.close();
    const budget = name === 'bare' ? undefined : { most: 12 };
    rows.push(ratioRow(`echo of 10 MB : of 1 MB, ${name}`, measured, millis, budget));
  }
  await Promise.all(servers.map((server) => server.stop()));
  return rows;
}

/** @param {number} bytes */
function bodyOf(bytes) {
  const line = 'All work and no play makes Jack a dull boy – "quoted".\n';
  return JSON.stringify({ value: { text: line.repeat(bytes / Buffer.byteLength(line)) } });
}

/** @param {Client} client @param {string} body */
async function timeOf(client, body) {
  const before = performance.now();
  (await client.post('/run', body)).check();
  return performance.now() - before;
}
