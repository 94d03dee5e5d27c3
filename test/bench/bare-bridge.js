// The floor for any launcher in Node: Node's own HTTP server in front of the node loop on pipes. It checks nothing,
// limits nothing, writes no sentinels and survives nothing.
import { writeSync } from 'node:fs';
import { createServer } from 'node:http';

import { startLoop } from './rows/pipes.js';

const loop = await startLoop('node', 'echo.js', process.env.TMPDIR ?? '/tmp');
/** @type {import('node:http').ServerResponse[]} */
const waiting = [];

loop.onLine((line) => {
  const answer = line.subarray(line.indexOf(' ') + 1);
  const response = waiting.shift();
  response?.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': answer.length });
  response?.end(answer);
});

const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    waiting.push(response);
    writeSync(loop.fd, Buffer.concat([...chunks, newline]));
  });
});
const newline = Buffer.from('\n');
server.keepAliveTimeout = 0;
server.listen(Number(process.env.PORT));
process.once('SIGTERM', () => void loop.stop().then(() => process.exit()));
