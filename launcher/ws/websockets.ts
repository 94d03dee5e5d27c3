import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

import type { Action } from '../action.ts';
import type { Observer } from '../observer.ts';
import { staysHttp } from './other-upgrades.ts';
import { Relay } from './relay.ts';
import { refusalOf, urlOf } from './upgrade.ts';
import type { Door, Refusal } from './upgrade.ts';

const pingEveryMs = 30_000;
const closeMs = 1000;
const goingAway = 1001;
/** ws takes the number for 32 bits, and a longer one for none. */
const longestLibraryKnows = 2 ** 31 - 1;
const statusTexts = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  503: 'Service Unavailable',
} as const;
const shuttingDown: Refusal = { status: 503, reason: 'The launcher is shutting down.' };

export interface WebSocketOptions {
  readonly door: Door;
  readonly action: Action;
  readonly observer: Observer | undefined;
  /** The longest message; a longer one closes its connection with 1009. */
  readonly maxMessageBytes: number;
}

/** The WebSocket door: takes handshakes on an HTTP server, and keeps what is connected alive. */
export class WebSockets {
  readonly #options: WebSocketOptions;
  readonly #server: WebSocketServer;
  /** Connections that answered since the last ping. */
  readonly #alive = new WeakSet<WebSocket>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(http: Server, options: WebSocketOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: Math.min(options.maxMessageBytes, longestLibraryKnows),
      perMessageDeflate: false,
      clientTracking: true,
    });
    this.#server.on('wsClientError', ({ message }, socket) => {
      refuse(socket, { status: 400, reason: `${message}.` });
    });
    http.on('upgrade', (request, socket, head) => {
      const isMeant = request.headers.upgrade?.toLowerCase() === 'websocket';
      if (isMeant) this.#upgrade(request, socket, head);
      else staysHttp(http, request, socket, head);
    });
    this.#heartbeat = setInterval(() => this.#ping(), pingEveryMs).unref();
  }

  /** Says goodbye to everybody; settles when they are gone. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    const { clients } = this.#server;
    const gone = [...clients].map(
      (socket) => new Promise((resolve) => socket.once('close', resolve)),
    );
    for (const socket of clients) socket.close(goingAway);
    const impatience = setTimeout(() => {
      for (const socket of clients) socket.terminate();
    }, closeMs);
    await Promise.all(gone);
    clearTimeout(impatience);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { action, door } = this.#options;
    const refusal = action.state === 'draining' ? shuttingDown : refusalOf(request, door);
    if (refusal !== undefined) refuse(socket, refusal);
    else this.#server.handleUpgrade(request, socket, head, (ws) => this.#connect(ws, request));
  }

  #connect(socket: WebSocket, request: IncomingMessage): void {
    this.#alive.add(socket);
    for (const sign of ['pong', 'message']) socket.on(sign, () => this.#alive.add(socket));
    this.#options.observer?.connection(socket);
    new Relay(socket, this.#options.action, contextOf(request));
  }

  /** A peer that did not answer the last ping is gone, whatever TCP believes; one that is not read can't answer. */
  #ping(): void {
    for (const socket of this.#server.clients) {
      if (this.#alive.delete(socket) || socket.isPaused) socket.ping();
      else socket.terminate();
    }
  }
}

/** What the action learns of a connection: `__OW_WEBSOCKET_ID`, `_PATH`, `_QUERY` (without the token) and `_REMOTE`. */
function contextOf(request: IncomingMessage): Buffer {
  const url = urlOf(request);
  url.searchParams.delete('token');
  const context = {
    websocket_id: randomUUID(),
    websocket_path: url.pathname,
    websocket_query: url.searchParams.toString(),
    websocket_remote: request.socket.remoteAddress ?? '',
  };
  return Buffer.from(`,${JSON.stringify(context).slice(1)}`);
}

function refuse(socket: Duplex, { status, reason }: Refusal): void {
  const body = JSON.stringify({ error: reason });
  const head = [
    `HTTP/1.1 ${status} ${statusTexts[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
