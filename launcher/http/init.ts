import type { Context, Middleware, Next } from 'koa';

import type { Action } from '../action.ts';
import { readInitPayload } from '../code/payload.ts';
import { LauncherError, messageOf } from '../errors.ts';
import { whereItBreaks } from '../protocol/json.ts';
import { tooLarge } from './body.ts';

/** Go's proxy answers with the newline, and its tests compare it. */
const done = '{"ok":true}\n';

/** `POST /init`: the code comes, and is started. */
export function init(action: Action): (ctx: Context) => Promise<void> {
  return async (ctx) => {
    const body: unknown = ctx.request.body;
    // The parser makes an empty text of no body at all.
    await action.init(readInitPayload(body === '' ? undefined : body));
    ctx.type = 'application/json';
    ctx.body = done;
  };
}

/** Reads the body as JSON whatever its content type says. */
export class InitBody {
  readonly #maxBodyBytes: number;
  #parser: Promise<Middleware> | undefined;

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Loads the parser, which is too big to load before the port is open. */
  load(): Promise<Middleware> {
    this.#parser ??= createParser(this.#maxBodyBytes);
    return this.#parser;
  }

  readonly read = async (ctx: Context, next: Next): Promise<void> => {
    const parse = await this.load();
    await parse(ctx, next);
  };
}

async function createParser(maxBodyBytes: number): Promise<Middleware> {
  const { bodyParser } = await import('@koa/bodyparser');
  return bodyParser({
    enableTypes: ['json'],
    detectJSON: () => true,
    jsonStrict: false,
    jsonLimit: maxBodyBytes,
    onError: (thrown) => {
      throw explain(thrown, maxBodyBytes);
    },
  });
}

interface ParserError {
  readonly type?: string;
  readonly body?: string;
  readonly length?: number;
}

function explain(thrown: Error & ParserError, limit: number): LauncherError {
  if (thrown.type === 'entity.too.large') {
    return tooLarge(limit, thrown.length === undefined ? `more than ${limit}` : `${thrown.length}`);
  }
  const where = thrown.body === undefined ? messageOf(thrown) : whereItBreaks(thrown.body);
  return new LauncherError('bad-request', `The request body is not valid JSON: ${where}.`, {
    cause: thrown,
  });
}
