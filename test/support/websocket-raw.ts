import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import type { Launcher } from './launcher.ts';

export const opcodes = { rest: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

interface FrameOptions {
  /** Whether it is the last of its message. */
  readonly fin?: boolean;
  readonly masked?: boolean;
}

/** The bytes of a client's frame. */
export function frame(
  opcode: number,
  payload: string | Buffer,
  { fin = true, masked = true }: FrameOptions = {},
): Buffer {
  const body = Buffer.from(payload);
  const head = [(fin ? 0x80 : 0) | opcode, ...lengthOf(body.length)];
  if (!masked) return Buffer.concat([Buffer.from(head), body]);
  const key = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  head[1] = (head[1] ?? 0) | 0x80;
  const veiled = body.map((byte, index) => byte ^ (key[index & 3] ?? 0));
  return Buffer.concat([Buffer.from(head), key, veiled]);
}

function lengthOf(bytes: number): number[] {
  if (bytes < 126) return [bytes];
  if (bytes < 65_536) return [126, bytes >> 8, bytes & 255];
  const long = Buffer.alloc(8);
  long.writeBigUInt64BE(BigInt(bytes));
  return [127, ...long];
}

/** The text of a handshake. A `body` is for what is none. */
export function handshake(
  path: string,
  { method = 'GET', headers = {}, body = '' }: Partial<HandshakeParts> = {},
): string {
  const all = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

interface HandshakeParts {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A client on a bare TCP connection, which may send what no library would. It never hangs up by itself. */
export class RawClient {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #hasEnded = false;
  #wakes: (() => void)[] = [];

  /** Settles when the handshake went well. */
  static async open(launcher: Launcher, path = '/ws'): Promise<RawClient> {
    const client = await RawClient.connect(launcher);
    client.socket.write(handshake(path));
    const answer = await client.head();
    if (!answer.startsWith('HTTP/1.1 101 ')) throw new Error(`the handshake failed: ${answer}`);
    return client;
  }

  /** Settles when there is a connection. */
  static async connect({ port }: Launcher): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('end', () => this.#end()).on('error', () => this.#end());
    socket.on('close', () => this.#end());
  }

  send(opcode: number, payload: string | Buffer = '', options: FrameOptions = {}): void {
    this.socket.write(frame(opcode, payload, options));
  }

  /** What comes before the first empty line. */
  async head(): Promise<string> {
    await this.#until(() => this.#received.includes('\r\n\r\n'));
    return this.#cut(this.#received.indexOf('\r\n\r\n') + 4).toString();
  }

  /** All that comes until the other side hangs up. */
  async rest(): Promise<string> {
    await this.ended();
    return this.#received.toString();
  }

  /** The next frame; servers do not mask. */
  async next(): Promise<Frame> {
    const [first = 0, short = 0] = await this.#bytes(2);
    const extended = short === 127 ? 8 : short === 126 ? 2 : 0;
    const more = extended === 0 ? undefined : await this.#bytes(extended);
    const length = more === undefined ? short : Number(`0x${more.toString('hex')}`);
    return { opcode: first & 15, payload: await this.#bytes(length) };
  }

  /** The JSON of the next frame, which has to be a text. */
  async json(): Promise<unknown> {
    const { opcode, payload } = await this.next();
    if (opcode !== opcodes.text)
      throw new Error(`expected a text, got ${opcode}: ${payload.toString()}`);
    return JSON.parse(payload.toString()) as unknown;
  }

  /** The code of the next frame, which has to be a close. */
  async closeCode(): Promise<number> {
    const { opcode, payload } = await this.next();
    if (opcode !== opcodes.close)
      throw new Error(`expected a close, got ${opcode}: ${payload.toString()}`);
    return payload.readUInt16BE();
  }

  /** Settles when the other side has hung up. */
  async ended(): Promise<void> {
    await this.#until(() => this.#hasEnded);
  }

  destroy(): void {
    this.socket.destroy();
  }

  async #bytes(count: number): Promise<Buffer> {
    await this.#until(() => this.#received.length >= count);
    return this.#cut(count);
  }

  #cut(count: number): Buffer {
    const cut = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return cut;
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#hasEnded) throw new Error(`hung up after: ${this.#received.toString()}`);
      await new Promise<void>((resolve) => this.#wakes.push(resolve));
    }
  }

  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    this.#notify();
  }

  #end(): void {
    this.#hasEnded = true;
    this.#notify();
  }

  #notify(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }
}
