import type Router from '@koa/router';
import type { Context } from 'koa';

import type { Action } from '../action.ts';
import { Fields, readCode } from '../code/payload.ts';
import { LauncherError } from '../errors.ts';
import { readActivation } from '../protocol/activation.ts';
import { isObject, parseJson, typeOf } from '../protocol/json.ts';
import type { JsonObject } from '../protocol/json.ts';
import { rawMembers } from '../protocol/members.ts';
import type { Settings } from '../settings.ts';
import { readBody } from './body.ts';
import { parameters, rawParameters, takesReservedName } from './web-request.ts';
import type { WebRequest, Written } from './web-request.ts';
import { crossOriginDefaults, toWebAnswer } from './web-result.ts';
import type { WebAnswer } from './web-result.ts';

/** As the runtimes of Apache OpenWhisk answer on this platform. */
const done = '{"OK":true}';

/** A request's body: `{"init": {…}, "activation": {…}, "value": …}`, none of which has to be there. */
interface Asked {
  readonly init: unknown;
  /** The context, by its members as they were written. */
  readonly activation: ReadonlyMap<string, string> | undefined;
  readonly value: Written | undefined;
}

/**
 * The interface with one path, for platforms such as Knative that know nothing of `/init` and `/run`: a request to `/`
 * brings the code, runs it, or both. A container whose code is in its environment runs that and takes no other.
 */
export class Knative {
  readonly #settings: Settings;
  readonly #action: Action;
  /** What came with the code and matters when it runs. */
  #name: string;
  #isRaw: boolean;

  constructor(settings: Settings, action: Action) {
    this.#settings = settings;
    this.#action = action;
    this.#name = settings.actionName ?? '';
    this.#isRaw = settings.actionRaw;
  }

  /** Whether the code is in the environment. */
  get isDedicated(): boolean {
    return this.#settings.actionCode !== undefined;
  }

  /** Adds its routes. */
  mount(router: Router): void {
    router.register('/', [...this.#settings.httpMethods], (ctx: Context) => this.#answer(ctx));
  }

  /** Takes the code from the environment; @throws as `Action.init` */
  initFromEnvironment(): Promise<void> {
    return this.#init({ code: this.#settings.actionCode });
  }

  async #answer(ctx: Context): Promise<void> {
    const asked = readAsked(await readBody(ctx.req, this.#settings.maxBodyBytes));
    if (asked.init !== undefined) {
      if (this.isDedicated) throw dedicated();
      await this.#init(asked.init);
    }
    if (asked.init !== undefined && asked.activation === undefined) {
      ctx.type = 'application/json';
      ctx.body = done;
      return;
    }
    const body = this.#activation(asked, ctx);
    const result = await this.#action.run(() => readActivation(body));
    send(ctx, toWebAnswer(result));
  }

  async #init(given: unknown): Promise<void> {
    const { actionMain: main, actionBinary: binary } = this.#settings;
    const { given: sent } = new Fields(given, 'init');
    const fields = new Fields({ main, binary, ...withoutNulls(sent) }, 'init');
    const name = fields.text('name');
    const isRaw = fields.isOn('raw');
    await this.#action.init(readCode(fields));
    this.#name = name ?? this.#settings.actionName ?? '';
    this.#isRaw = isRaw ?? this.#settings.actionRaw;
  }

  /** The body of `/run` that would say the same. */
  #activation({ activation, value }: Asked, ctx: Context): Buffer {
    const context = new Map(activation);
    const named = context.get('action_name') ?? '""';
    if (this.#name !== '' && (named === '""' || named === 'null')) {
      context.set('action_name', JSON.stringify(this.#name));
    }
    context.set('value', this.#parameters(value, requestOf(ctx, this.#settings)));
    const members = [...context].map(([key, json]) => `${JSON.stringify(key)}:${json}`);
    return Buffer.from(`{${members.join(',')}}`);
  }

  #parameters(value: Written | undefined, request: WebRequest): string {
    if (this.#isRaw) return rawParameters(value, request);
    if (takesReservedName(value?.value)) {
      throw new LauncherError(
        'bad-request',
        'value has a name that starts with __ow_: these belong to the request.',
      );
    }
    return parameters(value ?? { value: {}, json: '{}' }, request);
  }
}

function readAsked(body: Buffer): Asked {
  const parsed = (body.length === 0 ? null : parseJson(body, 'The request body')) ?? {};
  if (!isObject(parsed)) throw noObject('The request body', parsed);
  const members = rawMembers(body.toString());
  const json = members.get('value');
  const value = parsed['value'] ?? undefined;
  return {
    init: parsed['init'] ?? undefined,
    activation: readContext(parsed['activation'] ?? undefined, members.get('activation')),
    value: value === undefined || json === undefined ? undefined : { value, json },
  };
}

function readContext(given: unknown, json = ''): ReadonlyMap<string, string> | undefined {
  if (given === undefined) return undefined;
  if (!isObject(given)) throw noObject('activation', given);
  return rawMembers(json);
}

function requestOf({ req, query }: Context, { environment }: Settings): WebRequest {
  const user = environment['__OW_NAMESPACE'] ?? '';
  return { method: req.method ?? '', headers: req.headers, query, user };
}

function send(ctx: Context, { status, headers, body }: WebAnswer): void {
  const requested = ctx.get('access-control-request-headers');
  const defaults = crossOriginDefaults(requested === '' ? undefined : requested);
  const hasBody = status !== 204 && status !== 304;
  ctx.respond = false;
  ctx.res.writeHead(status, {
    ...defaults,
    ...(headers as Record<string, string | string[]>),
    ...(hasBody ? { 'content-length': body.length } : {}),
  });
  ctx.res.end(hasBody ? body : undefined);
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

function noObject(what: string, given: unknown): LauncherError {
  return new LauncherError(
    'bad-request',
    `${what} has to be a JSON object, and is of type ${typeOf(given)}.`,
  );
}

function dedicated(): LauncherError {
  return new LauncherError(
    'already-initialised',
    'Cannot initialize a runtime with a dedicated function.',
  );
}
