import type { Context } from 'koa';

import type { Action } from '../action.ts';
import { LauncherError } from '../errors.ts';
import { readActivation } from '../protocol/activation.ts';
import type { Activation } from '../protocol/activation.ts';
import { readBody } from './body.ts';

/** `POST /run`: one activation; the answer is the bytes that the loop wrote. */
export function run(action: Action, maxBodyBytes: number): (ctx: Context) => Promise<void> {
  return async (ctx) => {
    const body = await readBody(ctx.req, maxBodyBytes);
    const result = await action.run(judge(body, action));
    // Koa would look at what the bytes are, and its own way out costs a tenth of the whole (measured).
    ctx.respond = false;
    ctx.res.writeHead(200, {
      'content-type': 'application/json',
      'content-length': result.length,
    });
    ctx.res.end(result);
  };
}

/**
 * The activation that a body asks for; one that is refused ends its logs where the language's platform does so.
 * @throws LauncherError not-initialised whatever the body is, and what `readActivation` throws
 */
export function judge(body: Buffer, action: Action): Activation {
  action.assertRuns();
  try {
    return readActivation(body);
  } catch (thrown) {
    if (thrown instanceof LauncherError && thrown.code === 'bad-value') action.refuse();
    throw thrown;
  }
}
