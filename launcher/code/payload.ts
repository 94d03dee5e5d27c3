import { LauncherError } from '../errors.ts';
import { isObject, typeOf } from '../protocol/json.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { Environment } from '../settings.ts';

/** What `POST /init` brings: `{"value":{"name","main","code","binary","env"}}`. */
export interface InitPayload {
  /** The text of `code`; undefined when there is none. */
  readonly code: string | undefined;
  /** Whether `code` is base64 of a file or an archive. */
  readonly binary: boolean;
  readonly main: string;
  readonly environment: Environment;
  /** An extension that OpenWhisk never sends. */
  readonly language: string | undefined;
}

/**
 * Reads the body of `POST /init`. Null and missing fields take their defaults.
 * @throws LauncherError bad-request naming the field, what was expected and what came
 */
export function readInitPayload(body: unknown): InitPayload {
  const whole = objectOr(body, 'The request body');
  return readCode(new Fields(whole['value'], 'value'));
}

/** Reads the same from the object that holds it; @throws the same */
export function readCode(fields: Fields): InitPayload {
  return {
    code: fields.text('code'),
    binary: fields.isOn('binary') ?? false,
    main: nonEmpty(fields.text('main')) ?? 'main',
    environment: readEnvironment(fields.given['env']),
    language: fields.text('language'),
  };
}

/** The members of an object that a client sent. Null and missing ones are undefined. */
export class Fields {
  readonly given: JsonObject;
  readonly #name: string;

  /** @throws LauncherError bad-request for what is no object; nothing is an empty one */
  constructor(given: unknown, name: string) {
    this.given = objectOr(given, name);
    this.#name = name;
  }

  /** @throws LauncherError bad-request naming the field, what was expected and what came */
  text(name: string): string | undefined {
    const value = this.given[name] ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    throw wrongType(`${this.#name}.${name}`, 'string', value);
  }

  /** @throws the same */
  isOn(name: string): boolean | undefined {
    const value = this.given[name] ?? undefined;
    if (value === undefined || typeof value === 'boolean') return value;
    throw wrongType(`${this.#name}.${name}`, 'boolean', value);
  }
}

/**
 * The bytes of the code.
 * @throws LauncherError bad-request where base64 ends to be base64
 */
export function bytesOf(code: string, binary: boolean): Buffer {
  if (!binary) return Buffer.from(code);
  const stray = /[^A-Za-z0-9+/=\s]/.exec(code);
  if (stray !== null)
    throw notBase64(`found ${JSON.stringify(stray[0])} at character ${stray.index}`);
  const packed = code.replaceAll(/\s+/g, '');
  const end = packed.indexOf('=');
  const padding = end === -1 ? 0 : packed.length - end;
  if (padding > 2) throw notBase64(`found "=" at character ${code.indexOf('=')}`);
  if (packed.length % 4 !== 0)
    throw notBase64(`its ${packed.length} characters are no multiple of 4`);
  return Buffer.from(packed, 'base64');
}

function notBase64(why: string): LauncherError {
  return new LauncherError(
    'bad-request',
    `value.code has to be base64, since value.binary is true: ${why}.`,
  );
}

function objectOr(value: unknown, name: string): JsonObject {
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  throw wrongType(name, 'object', value);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function wrongType(name: string, expected: string, given: unknown): LauncherError {
  return new LauncherError(
    'bad-request',
    `${name} has to be of type ${expected}, and is of type ${typeOf(given)}.`,
  );
}

/**
 * Texts stay as they are, other values become JSON, null ones are dropped.
 * @throws LauncherError bad-request for what is no object, or what no environment can hold
 */
export function readEnvironment(given: unknown): Environment {
  const entries = Object.entries(objectOr(given, 'value.env')).filter(
    ([, value]) => value !== null,
  );
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      if (name === '' || name.includes('=') || `${name}${text}`.includes('\0')) {
        throw new LauncherError(
          'bad-request',
          `value.env: ${JSON.stringify(name)} can't be set: a name has no "=", and neither it nor its value a NUL.`,
        );
      }
      return [name, text];
    }),
  );
}
