import { inOneLine, excerpt, expectSame, Unmet } from './expect.ts';
import type { Answer, Other } from './answers.ts';
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

/** The same, for code that has to start. The platform looks at the status only. */
export async function load(client: Client, code: Code, more: object = {}): Promise<void> {
  isLoaded(await init(client, code, more));
}

export function isLoaded(reply: Reply): void {
  if (reply.status !== 200) throw new Unmet(`/init: expected 200, got ${shown(reply)}`);
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
  isResult(await run(client, value, context), expected);
}

export function isResult(reply: Reply, expected: unknown): void {
  if (reply.status !== 200) {
    throw new Unmet(`/run: expected 200 ${inOneLine(expected)}, got ${shown(reply)}`);
  }
  expectSame(parsed(reply), expected, 'the result');
}

/** An answer `{"error": …}`, as we give it or as another runtime is known to. */
export function refuses(client: Client, reply: Reply, answer: Answer): void {
  if (reply.status === answer.status && isSaid(answer.error, reply)) {
    const type = String(reply.headers['content-type']);
    if (!type.startsWith('application/json')) client.differs(`content-type ${type} of an error`);
    return;
  }
  const other = answer.others?.find((one) => isOther(one, reply));
  if (other === undefined) {
    throw new Unmet(`expected ${answer.status} ${String(answer.error)}, got ${shown(reply)}`);
  }
  client.differs(`${shown(reply)}, as ${other.of}`);
}

export function text(reply: Reply): string {
  return reply.bytes.toString();
}

/** Status and body, in one line. */
export function shown(reply: Reply): string {
  return reply.status === 0
    ? `no answer (${text(reply)})`
    : `${reply.status} ${excerpt(text(reply))}`;
}

function isSaid(expected: string | RegExp, reply: Reply): boolean {
  const body = parsed(reply);
  if (typeof body !== 'object' || body === null || !('error' in body)) return false;
  const error = String(body.error);
  return typeof expected === 'string' ? error === expected : expected.test(error);
}

function isOther({ status, body }: Other, reply: Reply): boolean {
  const isStatus = status === undefined ? reply.status > 200 : reply.status === status;
  return isStatus && body.test(text(reply));
}

function parsed(reply: Reply): unknown {
  try {
    return JSON.parse(text(reply));
  } catch {
    return undefined;
  }
}
