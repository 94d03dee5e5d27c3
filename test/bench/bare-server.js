// The limit: what Node's own HTTP server costs that reads a body and answers JSON of the size of its value.
import { createServer } from 'node:http';

const before = '{"value":'.length;

const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    const answer = body.subarray(before, -1);
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': answer.length,
    });
    response.end(answer);
  });
});
server.keepAliveTimeout = 0;
server.listen(Number(process.env.PORT));
