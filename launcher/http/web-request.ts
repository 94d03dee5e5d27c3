import { isObject } from '../protocol/json.ts';
import type { JsonObject } from '../protocol/json.ts';
import { toCompactJson } from '../protocol/spaced.ts';

/** What an action is told of the HTTP request that runs it, as OpenWhisk's web actions are. */
export interface WebRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The parameters of the URL; several of one name are a list. */
  readonly query: Readonly<Record<string, unknown>>;
  /** The namespace that the action belongs to. */
  readonly user: string;
}

/** A JSON value that is read, and as it was written. */
export interface Written {
  readonly value: unknown;
  readonly json: string;
}

/**
 * The JSON of the parameters: the members of `given` and below them those of the URL, and what is known of the request.
 * A list has no place for these, and stays as it is. Numbers keep their digits.
 */
export function parameters(given: Written, request: WebRequest): string {
  if (!isObject(given.value)) return given.json;
  const inner = given.json.trim().slice(1, -1);
  return objectOf([membersOf(request.query, given.value), inner, membersOf(contextOf(request))]);
}

/** The JSON of the parameters of an action that takes the body as it is: `given` is one of them, in base64 unless it is a text. */
export function rawParameters(given: Written | undefined, request: WebRequest): string {
  return JSON.stringify({
    __ow_body: given === undefined ? '' : bodyOf(given),
    __ow_query: request.query,
    ...contextOf(request),
  });
}

/** The names that belong to the request, which no parameter may take. */
export function takesReservedName(value: unknown): boolean {
  return isObject(value) && Object.keys(value).some((name) => name.startsWith('__ow_'));
}

function contextOf({ method, headers, user }: WebRequest): JsonObject {
  return { __ow_user: user, __ow_method: method, __ow_headers: headers, __ow_path: '' };
}

function bodyOf({ value, json }: Written): string {
  return typeof value === 'string' ? value : Buffer.from(toCompactJson(json)).toString('base64');
}

function membersOf(object: JsonObject, except: JsonObject = {}): string {
  const entries = Object.entries(object).filter(([name]) => !Object.hasOwn(except, name));
  return JSON.stringify(Object.fromEntries(entries)).slice(1, -1);
}

function objectOf(members: readonly string[]): string {
  return `{${members.filter((one) => one.trim() !== '').join(',')}}`;
}
