import type { RawData, WebSocket } from 'ws';

import type { Action } from '../action.ts';
import { bodyOf, toLauncherError } from '../errors.ts';
import { messageActivation } from '../protocol/activation.ts';

/** How many messages of one connection are with the action: enough to keep it busy, too few to starve others. */
const inFlight = 2;
/** From how much that waits on a connection is not read until it is gone. */
const mostWaiting = { messages: 64, bytes: 1024 ** 2 };

interface Message {
  readonly bytes: Buffer;
  readonly isBinary: boolean;
}

/**
 * Joins one connection to the action: each message is one activation, and the answers come in the order of the messages.
 * Who sends faster than is answered, or does not read, is not read either: memory stays as it is.
 */
export class Relay {
  readonly #socket: WebSocket;
  readonly #action: Action;
  readonly #context: Buffer;
  readonly #waiting: Message[] = [];
  #waitingBytes = 0;
  #running = 0;
  /** Settles when the answer to the last message that was taken has gone out. */
  #lastSent: Promise<void> = Promise.resolve();

  /** @param context JSON members about the connection, as `messageActivation` takes them */
  constructor(socket: WebSocket, action: Action, context: Buffer) {
    this.#socket = socket;
    this.#action = action;
    this.#context = context;
    socket.on('message', (data, isBinary) => this.#receive({ bytes: toBuffer(data), isBinary }));
    // What is wrong with a frame ws answers with a close code of its own.
    socket.on('error', () => undefined);
  }

  #receive(message: Message): void {
    this.#waiting.push(message);
    this.#waitingBytes += message.bytes.length;
    this.#next();
    const isMuch =
      this.#waiting.length >= mostWaiting.messages || this.#waitingBytes >= mostWaiting.bytes;
    if (isMuch) this.#socket.pause();
  }

  #next(): void {
    while (this.#running < inFlight) {
      const message = this.#waiting.shift();
      if (message === undefined) break;
      this.#running += 1;
      this.#waitingBytes -= message.bytes.length;
      this.#lastSent = this.#answer(message, this.#lastSent);
    }
    if (this.#waiting.length === 0 && this.#socket.isPaused) this.#socket.resume();
  }

  async #answer(message: Message, before: Promise<void>): Promise<void> {
    const answer = await this.#ask(message);
    await before;
    await this.#send(answer, message.isBinary);
    this.#running -= 1;
    this.#next();
  }

  async #ask({ bytes }: Message): Promise<Buffer> {
    try {
      return await this.#action.run(messageActivation(bytes, this.#context));
    } catch (thrown) {
      return bodyOf(toLauncherError(thrown));
    }
  }

  /** Settles when the bytes have left the process, or will not. */
  #send(answer: Buffer, isBinary: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.send(answer, { binary: isBinary }, () => resolve());
    });
  }
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
