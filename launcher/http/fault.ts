import type { Context, Next } from 'koa';
import type { ServerResponse } from 'node:http';

import { bodyOf, toLauncherError } from '../errors.ts';

/** Turns whatever was thrown on the way through Koa into an answer. */
export async function fault(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (thrown) {
    ctx.respond = false;
    answerFailure(thrown, ctx.res, () => ctx.app.emit('error', thrown, ctx));
  }
}

/**
 * Answers what was thrown: the status of its code and `{"error": …}`.
 * @param onError is told of what no table foresees
 */
export function answerFailure(
  thrown: unknown,
  response: ServerResponse,
  onError: (thrown: unknown) => void,
): void {
  const error = toLauncherError(thrown);
  if (error.code === 'internal') onError(thrown);
  // The platform asks the container engine whether memory ran out only when the connection breaks
  // (Apache OpenWhisk, `Container.scala`): any answer would hide it.
  if (error.code === 'out-of-memory') {
    response.req.socket.destroy();
    return;
  }
  if (error.code === 'queue-full') response.setHeader('retry-after', '1');
  if (error.code === 'shutting-down') response.setHeader('connection', 'close');
  const body = bodyOf(error);
  response.writeHead(error.status, {
    'content-type': 'application/json',
    'content-length': body.length,
  });
  response.end(body);
}
