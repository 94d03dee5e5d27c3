import Router from '@koa/router';
import Koa from 'koa';
import type { Context, Next } from 'koa';
import { createServer } from 'node:http';
import type { Server } from 'node:http';

import type { Action } from './action.ts';
import type { WebConsole } from './console/web-console.ts';
import { LauncherError } from './errors.ts';
import { fault } from './http/fault.ts';
import { live, ready } from './http/health.ts';
import { init, InitBody } from './http/init.ts';
import type { Knative } from './http/knative.ts';
import { run } from './http/run.ts';
import type { Handler } from './http/run.ts';
import type { Metrics } from './metrics/metrics.ts';

export interface AppOptions {
  readonly action: Action;
  readonly maxBodyBytes: number;
  readonly webConsole: WebConsole | undefined;
  readonly metrics: Metrics | undefined;
  /** What takes the place of `/init` and `/run`. */
  readonly knative: Knative | undefined;
  /** Is told of what no table foresees. */
  readonly onError: (thrown: unknown) => void;
}

/** Builds the HTTP server; listening is its caller's. */
export function createApp(options: AppOptions): Server {
  const { action, maxBodyBytes, webConsole, metrics, knative, onError } = options;
  const router = new Router();
  const app = new Koa();
  app.on('error', onError);
  app.use(fault);
  const runOne = run(action, maxBodyBytes, onError);
  if (knative === undefined) mountInitAndRun(router, runOne, options);
  else knative.mount(router);
  router.get('/health/live', live);
  router.get('/health/ready', ready(action));
  webConsole?.mount(router);
  metrics?.mount(router);
  app.use(router.routes()).use(refuse(router));
  const answer = app.callback();
  const answerRun = knative === undefined ? runOne : answer;
  const server = createServer((request, response) => {
    const isRun = request.url === '/run' && request.method === 'POST';
    void (isRun ? answerRun : answer)(request, response);
  });
  return withoutTimeouts(server);
}

function mountInitAndRun(router: Router, runOne: Handler, options: AppOptions): void {
  const initBody = new InitBody(options.maxBodyBytes);
  router.post('/init', initBody.read, init(options.action));
  router.post('/run', (ctx: Context) => {
    ctx.respond = false;
    return runOne(ctx.req, ctx.res);
  });
}

/** What no route took: another method than the path knows, or no such path. */
function refuse(router: Router): (ctx: Context, next: Next) => void {
  return (ctx) => {
    const methods = router.stack
      .filter((layer) => layer.match(ctx.path))
      .flatMap((layer) => layer.methods);
    if (methods.length === 0) {
      throw new LauncherError('no-such-path', `There is nothing at ${ctx.path}.`);
    }
    const allowed = [...new Set(methods)].join(', ');
    ctx.set('allow', allowed);
    throw new LauncherError('no-such-method', `${ctx.path} takes ${allowed}, not ${ctx.method}.`);
  };
}

/**
 * The platform keeps idle connections and pauses the container between their uses: Node's five
 * seconds would reset them, and an upload may take as long as it takes.
 */
function withoutTimeouts(server: Server): Server {
  server.keepAliveTimeout = 0;
  server.headersTimeout = 0;
  server.requestTimeout = 0;
  server.timeout = 0;
  return server;
}
