import type { IncomingMessage } from 'node:http';

import { LauncherError } from '../errors.ts';

const nothing = Buffer.alloc(0);

/**
 * Reads a request's body, and gives up at the limit instead of after it.
 * @throws LauncherError body-too-large naming the limit and the size, bad-request for a body that was cut off
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) return Promise.reject(tooLarge(limit, `${announced}`));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) chunks.push(chunk);
      else reject(tooLarge(limit, `more than ${limit}`));
    });
    request.on('end', () => resolve(joined(chunks)));
    request.on('error', () => reject(new LauncherError('bad-request', 'The request was cut off.')));
  });
}

function joined(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 1 ? (chunks[0] ?? nothing) : Buffer.concat(chunks);
}

/** The answer to a body over the limit. */
export function tooLarge(limit: number, size: string): LauncherError {
  return new LauncherError(
    'body-too-large',
    `The request body has ${size} bytes, and the limit is ${limit} bytes.`,
  );
}
