import { LauncherError } from '../errors.ts';
import { isObject, isObjectOrArray, parseJson, typeOf } from './json.ts';
import type { JsonObject } from './json.ts';
import { toLine } from './lines.ts';
import { rawMembers } from './members.ts';

/** One activation on its way: judged once at the door. */
export interface Activation {
  /** What the loop reads: one line of JSON with its newline; its `value` is an object or array, the rest are texts. */
  readonly line: Buffer;
  readonly id: string | undefined;
  /** Until when the platform waits, in epoch ms. One that is past, empty or no number is undefined. */
  readonly deadline: number | undefined;
}

const empty: Activation = {
  line: Buffer.from('{"value":{}}\n'),
  id: undefined,
  deadline: undefined,
};

/**
 * Reads the body of `POST /run`: `{"value": {…} or […], …context}`. Nothing, `null`, and a missing or null
 * `value` mean `{}`. The bytes that came travel on wherever they already are what a loop may expect.
 * @throws LauncherError bad-request, or bad-value for a `value` that is a scalar
 */
export function readActivation(body: Buffer): Activation {
  if (body.length === 0) return empty;
  const parsed = parseJson(body, 'The request body');
  if (parsed === null) return empty;
  if (!isObject(parsed)) {
    throw new LauncherError(
      'bad-request',
      `The request body has to be a JSON object, and is of type ${typeOf(parsed)}.`,
    );
  }
  const value = parsed['value'] ?? {};
  if (!isObjectOrArray(value)) {
    throw new LauncherError(
      'bad-value',
      'The action did not receive a dictionary or array as an argument.',
    );
  }
  return {
    line: isReady(parsed) ? toLine(body) : rewrite(body),
    id: typeof parsed['activation_id'] === 'string' ? parsed['activation_id'] : undefined,
    deadline: readDeadline(parsed['deadline']),
  };
}

/**
 * Makes an activation of a WebSocket message: `M` becomes `{"value": M}`, and nothing in it can end that object.
 * @param context JSON members that follow, each with its comma: what the action learns of the connection
 * @throws LauncherError bad-request
 */
export function messageActivation(message: Buffer, context: Buffer): Activation {
  const value = parseJson(message, 'The message');
  if (!isObjectOrArray(value)) {
    throw new LauncherError(
      'bad-request',
      `The message has to be a JSON object or array, and is of type ${typeOf(value)}.`,
    );
  }
  const line = toLine(Buffer.concat([opening, message, context]));
  return { line, id: undefined, deadline: undefined };
}

const opening = Buffer.from('{"value":');

/** Loops of other authors crash on context that is not text (BEHAVIOURS: three of the Apache launchers do). */
function isReady(parsed: JsonObject): boolean {
  for (const key in parsed) {
    const value = parsed[key];
    if (key === 'value' ? value === null : typeof value !== 'string') return false;
  }
  return 'value' in parsed;
}

function rewrite(body: Buffer): Buffer {
  const members = rawMembers(body.toString());
  const value = members.get('value');
  const context = [...members].flatMap(([key, raw]) => {
    if (key === 'value' || raw === 'null') return [];
    return [`${JSON.stringify(key)}:${raw.startsWith('"') ? raw : JSON.stringify(raw)}`];
  });
  const first = `"value":${value === undefined || value === 'null' ? '{}' : value}`;
  return toLine(Buffer.from(`{${[first, ...context].join(',')}}`));
}

function readDeadline(given: unknown): number | undefined {
  if (typeof given !== 'string' && typeof given !== 'number') return undefined;
  const deadline = given === '' ? Number.NaN : Number(given);
  return deadline > Date.now() ? deadline : undefined;
}
