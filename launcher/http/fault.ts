import type { Context, Next } from 'koa';

import { bodyOf, toLauncherError } from '../errors.ts';
import type { LauncherError } from '../errors.ts';

/** Turns whatever was thrown into an answer: the status of its code and `{"error": …}`. */
export async function fault(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (thrown) {
    const error = toLauncherError(thrown);
    if (error.code === 'internal') ctx.app.emit('error', thrown, ctx);
    if (error.code === 'out-of-memory') dropConnection(ctx);
    else answer(ctx, error);
  }
}

function answer(ctx: Context, error: LauncherError): void {
  if (error.code === 'queue-full') ctx.set('retry-after', '1');
  if (error.code === 'shutting-down') ctx.set('connection', 'close');
  ctx.status = error.status;
  ctx.type = 'application/json';
  ctx.body = bodyOf(error);
}

/**
 * The platform asks the container engine whether memory ran out only when the connection breaks
 * (Apache OpenWhisk, `Container.scala`): any answer would hide it.
 */
function dropConnection(ctx: Context): void {
  ctx.respond = false;
  ctx.req.socket.destroy();
}
