import { Agent, request } from 'node:http';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** An answer, as raw as it came. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  readonly json: unknown;
  /** The `error` of a JSON object, if it is a text. */
  readonly error: string | undefined;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  /** How long the answer may take, where that is longer than usual. */
  readonly withinMs?: number;
}

/** Connections that are kept, as the platform keeps them. */
export class HttpClient {
  readonly #port: number;
  readonly agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  constructor(port: number) {
    this.#port = port;
  }

  async ask(path: string, asked: Asked = {}): Promise<Answer> {
    const { method = 'GET', headers = {}, body, withinMs } = asked;
    const outgoing = this.open(path, method, {
      ...(body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` }),
      ...headers,
    });
    const answer = answerTo(outgoing, withinMs);
    outgoing.end(body);
    return answer;
  }

  /** A request whose body the caller writes. */
  open(path: string, method: string, headers: Record<string, string>): ClientRequest {
    return request({
      host: '127.0.0.1',
      port: this.#port,
      path,
      method,
      headers,
      agent: this.agent,
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Hardly an answer takes so long: a test that gets none has to end early enough to tidy up. */
const longestAnswerMs = 20_000;

/** Settles with the answer to a request; fails when the connection breaks before that. */
export async function answerTo(
  outgoing: ClientRequest,
  withinMs = longestAnswerMs,
): Promise<Answer> {
  const giveUp = (): unknown =>
    outgoing.destroy(new Error(`no answer from ${outgoing.path} in ${withinMs} ms`));
  const timer = setTimeout(giveUp, withinMs);
  try {
    return await wholeAnswerTo(outgoing);
  } finally {
    clearTimeout(timer);
  }
}

async function wholeAnswerTo(outgoing: ClientRequest): Promise<Answer> {
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  outgoing.on('error', () => undefined); // the answer is there: what becomes of the upload is nobody's business
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return toAnswer(incoming, Buffer.concat(chunks));
}

function toAnswer({ statusCode = 0, headers }: IncomingMessage, bytes: Buffer): Answer {
  const text = bytes.toString();
  const json = parsed(text);
  const error =
    typeof json === 'object' && json !== null && 'error' in json && typeof json.error === 'string'
      ? json.error
      : undefined;
  return { status: statusCode, headers, bytes, text, json, error };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A TCP connection, or undefined if nobody listens. */
export function tryToConnect(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket)).once('error', () => resolve(undefined));
  });
}
