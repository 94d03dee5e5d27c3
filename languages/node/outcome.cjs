/** What an activation answers: the text behind its number (docs/loop-protocol.md). */
'use strict';

const { inspect, types } = require('node:util');
const { logError } = require('./streams.cjs');

const { parse, stringify } = JSON; // kept: the action may replace them
const NONE = 'false'; // and not null, which the ActionLoop proxy takes for an object
const ERROR_KEYS = ['name', 'message', 'stack', 'cause', 'errors'];

/** JSON of what `main` returned; nothing at all counts as `{}`. */
function ofResult(result) {
  if (result === undefined) return '{}';
  const json = stringify(result) ?? NONE;
  if (json[0] === '{' || json[0] === '[') return json;
  const type = result === null ? 'null' : typeof result;
  logError(`Result must be of type object but has type "${type}": ${inspect(result)}`);
  return NONE;
}

/** A throw is a failure that the platform has to see. */
function ofThrow(error) {
  logError(readable(error));
  return `!${stringify({ error: `An error has occurred: ${named(error)}` })}`;
}

/** A rejection is a result: whatever it carries becomes the error. */
function ofRejection(reason) {
  if (isError(reason)) logError(readable(reason));
  return stringify({ error: reason ? plain(reason, []) : {} });
}

/** What went wrong while loading. */
function stackOf(error) {
  return isError(error) && error.stack ? withoutLoop(String(error.stack)) : readable(error);
}

function readable(value) {
  if (typeof value === 'string') return value;
  try {
    return withoutLoop(inspect(value));
  } catch {
    return named(value);
  }
}

/** A stack without the frames of this loop. */
function withoutLoop(stack) {
  const lines = stack.split('\n');
  return lines.filter((line) => !line.includes(__dirname)).join('\n');
}

function named(value) {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function isError(value) {
  return value instanceof Error || types.isNativeError(value);
}

/** A copy that JSON can hold, with what an Error hides; `above` are the objects that it lies in. */
function plain(value, above) {
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return `[Function: ${value.name || 'anonymous'}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) return '[Circular]';
  if (typeof value.toJSON === 'function') return plainJson(value);
  const inside = [...above, value];
  if (Array.isArray(value)) return value.map((each) => plain(each, inside));
  return Object.fromEntries(keysOf(value).map((key) => [key, plainProperty(value, key, inside)]));
}

function plainJson(value) {
  try {
    return parse(stringify(value) ?? 'null');
  } catch (error) {
    return named(error);
  }
}

function plainProperty(object, key, above) {
  try {
    const value = plain(object[key], above);
    return key === 'stack' ? withoutLoop(String(value)) : value;
  } catch (error) {
    return `[Throws: ${named(error)}]`;
  }
}

function keysOf(object) {
  const keys = Object.keys(object);
  if (!isError(object)) return keys;
  const hidden = ERROR_KEYS.filter((key) => key in object && !keys.includes(key));
  return [...hidden, ...keys];
}

module.exports = { ofResult, ofThrow, ofRejection, stackOf };
