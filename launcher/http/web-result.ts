import { validateHeaderName, validateHeaderValue } from 'node:http';

import { LauncherError, messageOf } from '../errors.ts';
import { isObject, typeOf } from '../protocol/json.ts';
import type { JsonObject } from '../protocol/json.ts';
import { rawMembers } from '../protocol/members.ts';

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** An HTTP answer. */
export interface WebAnswer {
  readonly status: number;
  /** By names in lower case; without the length. */
  readonly headers: Headers;
  readonly body: Buffer;
}

const webMembers = new Set(['statusCode', 'headers', 'body']);
/** What frames the answer is the server's to say. */
const serversOwn = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

/**
 * What a result means on the web: an object with `statusCode`, `headers` or `body` describes the answer, as OpenWhisk's
 * web actions do; any other result is the answer.
 * @throws LauncherError bad-result for a description that is no answer
 */
export function toWebAnswer(result: Buffer): WebAnswer {
  const value: unknown = JSON.parse(result.toString());
  if (!isObject(value) || !Object.keys(value).some((name) => webMembers.has(name))) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: result };
  }
  const headers = readHeaders(value['headers'] ?? {});
  const content = contentOf(value, result.toString());
  const type = headers['content-type'] ?? (content.isText ? textType : 'application/json');
  const body = String(type).startsWith('image/') ? imageOf(content) : Buffer.from(content.text);
  const status = readStatus(value['statusCode'] ?? 200);
  if (body.length > 0) return { status, headers: { ...headers, 'content-type': type }, body };
  return { status: status === 200 ? 204 : status, headers, body };
}

/** Browsers guess another encoding where none is said. */
const textType = 'text/html; charset=utf-8';

interface Content {
  readonly text: string;
  /** It was a text, and not other JSON. */
  readonly isText: boolean;
}

/** Without a `body` it is what else there is in the result. */
function contentOf(value: JsonObject, json: string): Content {
  if ('body' in value) {
    const body = value['body'] ?? '';
    if (typeof body === 'string') return { text: body, isText: true };
    return { text: rawMembers(json).get('body') ?? '', isText: false };
  }
  const others = Object.entries(value).filter(([name]) => !webMembers.has(name));
  const text = others.length === 0 ? '' : JSON.stringify(Object.fromEntries(others));
  return { text, isText: false };
}

/** SVG may also come as the text that it is. */
function imageOf({ text, isText }: Content): Buffer {
  if (!isText) return Buffer.from(text);
  if (text.trimStart().startsWith('<')) return Buffer.from(text);
  if (/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) return Buffer.from(text, 'base64');
  throw notAnAnswer('body', 'base64, since its content type is an image', text.slice(0, 20));
}

function readStatus(given: unknown): number {
  const status = typeof given === 'string' ? Number(given) : given;
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) {
    return status;
  }
  throw notAnAnswer('statusCode', 'a whole number from 200 to 599', given);
}

function readHeaders(given: unknown): Headers {
  if (!isObject(given)) throw notAnAnswer('headers', 'an object', given);
  const entries = Object.entries(given).flatMap(([spelled, value]) => {
    const name = spelled.toLowerCase();
    return value === null || serversOwn.has(name) ? [] : [[name, readHeader(name, value)] as const];
  });
  return Object.fromEntries(entries);
}

function readHeader(name: string, value: unknown): string | readonly string[] {
  const texts = (Array.isArray(value) ? value : [value]).map((one: unknown) => textOf(name, one));
  try {
    validateHeaderName(name);
    for (const text of texts) validateHeaderValue(name, text);
  } catch (cause) {
    throw new LauncherError('bad-result', `The result is no answer: ${messageOf(cause)}.`, {
      cause,
    });
  }
  return Array.isArray(value) && name !== 'content-type' ? texts : (texts[0] ?? '');
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  throw notAnAnswer(`headers["${name}"]`, 'a text, a number, a switch or a list of them', value);
}

function notAnAnswer(what: string, expected: string, given: unknown): LauncherError {
  const shown = typeof given === 'object' ? `of type ${typeOf(given)}` : JSON.stringify(given);
  return new LauncherError(
    'bad-result',
    `The result is no answer: ${what} has to be ${expected}, and is ${shown}.`,
  );
}

/** What pages of other origins may do with an answer, where the action did not say. */
export function crossOriginDefaults(requestedHeaders: string | undefined): Headers {
  return {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH',
    'access-control-allow-headers':
      requestedHeaders ??
      'Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent',
  };
}
