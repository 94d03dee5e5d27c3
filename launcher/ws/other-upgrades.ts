import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Hands a request for another protocol back to HTTP: one that is not spoken here is no reason to refuse it
 * (RFC 9110, 7.8), and `curl --http2` asks for h2c. Node gives every upgrade away once there is a listener for any, so
 * that the request has to be read again, without its wish.
 */
export function staysHttp(
  http: Server,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const { rawHeaders } = request;
  const lines = [`${request.method ?? ''} ${request.url ?? ''} HTTP/1.1`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${value}`);
  }
  const again = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  socket.unshift(Buffer.concat([again, head]));
  http.emit('connection', socket);
}
