import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { RawData } from 'ws';

import { serving } from './launcher.ts';
import type { Launcher, LauncherOptions } from './launcher.ts';

export interface Message {
  readonly text: string;
  readonly json: unknown;
  readonly isBinary: boolean;
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** The answer to a handshake that was refused. */
export interface Refused {
  readonly status: number;
  readonly type: string | undefined;
  readonly json: unknown;
}

export interface ClientOptions {
  /** Path and query. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A connection as `ws` makes it: messages come in their order, whenever they are asked for. */
export class Client {
  readonly socket: WebSocket;
  readonly closed: Promise<Closing>;
  readonly #messages: Message[] = [];
  #wakes: (() => void)[] = [];

  /** Settles when the handshake went well. */
  static async connect(launcher: Launcher, options: ClientOptions = {}): Promise<Client> {
    const client = new Client(launcher, options);
    await once(client.socket, 'open');
    return client;
  }

  constructor({ port }: Launcher, { path = '/ws', headers = {} }: ClientOptions = {}) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    this.socket.on('message', (data, isBinary) => this.#take(data, isBinary));
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    void this.closed.then(() => this.#notify());
  }

  send(message: unknown): void {
    const isRaw = typeof message === 'string' || Buffer.isBuffer(message);
    this.socket.send(isRaw ? message : JSON.stringify(message));
  }

  /** The next message; fails when the connection closes before it. */
  async next(): Promise<Message> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      if (this.socket.readyState === WebSocket.CLOSED) {
        throw new Error(`closed with ${(await this.closed).code} instead of an answer`);
      }
      await new Promise<void>((resolve) => this.#wakes.push(resolve));
    }
  }

  /** Sends, and returns the JSON of the answer. A text or Buffer is sent as it is. */
  async ask(message: unknown): Promise<unknown> {
    this.send(message);
    return (await this.next()).json;
  }

  /** Says goodbye, and waits for the other side's. */
  async close(): Promise<Closing> {
    this.socket.close();
    return this.closed;
  }

  #take(data: RawData, isBinary: boolean): void {
    const text = (data as Buffer).toString();
    this.#messages.push({ text, json: JSON.parse(text), isBinary });
    this.#notify();
  }

  #notify(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }
}

/** The answer to a handshake that is refused; fails when it is not. */
export async function refusal(launcher: Launcher, options: ClientOptions = {}): Promise<Refused> {
  const { socket } = new Client(launcher, options);
  const opened = once(socket, 'open').then(() => {
    socket.terminate();
    throw new Error('the handshake was not refused');
  });
  const refused = new Promise<IncomingMessage>((resolve) => {
    socket.on('error', () => undefined).once('unexpected-response', (_, answer) => resolve(answer));
  });
  const answer = await Promise.race([refused, opened]);
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const json = JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  return { status: answer.statusCode ?? 0, type: answer.headers['content-type'], json };
}

/** Serves with a WebSocket at `/ws`, for the time of one body. */
export function servingWebSocket(
  { env, ...options }: LauncherOptions,
  body: (launcher: Launcher) => Promise<void>,
): Promise<void> {
  return serving({ ...options, env: { OW_WEBSOCKET: '/ws', ...env } }, body);
}

/** Serves an action of the language with a WebSocket at `/ws`. */
export function servingAction(
  language: string,
  code: string,
  body: (launcher: Launcher) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  return servingWebSocket({ env: { OW_LANGUAGE: language, ...env } }, async (launcher) => {
    await launcher.load(code);
    await body(launcher);
  });
}

/** What a process keeps in memory that is no file, in MiB. */
export function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

/** Fails when it takes longer than anything that works would, so that what was started can be ended. */
export async function soon<T>(promise: Promise<T>, what: string, ms = 10_000): Promise<T> {
  const ended = new AbortController();
  const late = delay(ms, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`${what} did not happen within ${ms} ms`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    ended.abort();
    late.catch(() => undefined);
  }
}
