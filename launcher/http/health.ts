import type { Context } from 'koa';

import type { Action } from '../action.ts';

/** `GET /health/live`: whether the launcher itself works. User code is not asked. */
export function live(ctx: Context): void {
  ctx.body = { live: true };
}

/** `GET /health/ready`: whether an activation would find a loop. */
export function ready(action: Action): (ctx: Context) => void {
  return (ctx) => {
    ctx.status = action.isReady ? 200 : 503;
    ctx.body = { ready: action.isReady, state: action.state };
  };
}
