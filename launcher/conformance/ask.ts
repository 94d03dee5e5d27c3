import assert from 'node:assert/strict';

import { pack } from './pack.ts';
import type { Client, Code, Reply } from './subject.ts';

/** `POST /init` with code as it is, and whatever else belongs to the payload. */
export async function init(client: Client, code: Code, more: object = {}): Promise<Reply> {
  const { main = 'main' } = code;
  const packed =
    'source' in code
      ? { code: code.source, binary: false }
      : { code: await pack(code.files), binary: true };
  return client.post('/init', JSON.stringify({ value: { main, env: null, ...packed, ...more } }));
}

/** The same, for code that has to start. */
export async function load(client: Client, code: Code, more: object = {}): Promise<void> {
  const reply = await init(client, code, more);
  assert.deepEqual([reply.status, text(reply)], [200, '{"ok":true}\n'], 'the answer to /init');
}

export function run(client: Client, value: unknown, context: object = {}): Promise<Reply> {
  return client.post('/run', JSON.stringify({ value, ...context }));
}

/** An activation that has to return exactly this. */
export async function returns(
  client: Client,
  value: unknown,
  expected: unknown,
  context: object = {},
): Promise<void> {
  isJson(await run(client, value, context), 200, expected);
}

export function isJson(reply: Reply, status: number, expected: unknown): void {
  assert.equal(reply.status, status, `the status of: ${text(reply).slice(0, 300)}`);
  assert.deepEqual(JSON.parse(text(reply)), expected);
}

/** An answer `{"error": …}` and nothing else. */
export function isError(reply: Reply, status: number, message: string | RegExp): void {
  const error = errorOf(reply);
  assert.equal(reply.status, status, `the status of: ${text(reply).slice(0, 300)}`);
  assert.match(String(reply.headers['content-type']), /^application\/json/);
  if (typeof message === 'string') assert.equal(error, message);
  else assert.match(error, message);
}

export function text(reply: Reply): string {
  return reply.bytes.toString();
}

function errorOf(reply: Reply): string {
  const parsed: unknown = JSON.parse(text(reply));
  assert(typeof parsed === 'object' && parsed !== null && 'error' in parsed);
  return String(parsed.error);
}
