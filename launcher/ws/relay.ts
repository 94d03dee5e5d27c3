import type { RawData, WebSocket } from 'ws';

import type { Action } from '../action.ts';
import { bodyOf, toLauncherError } from '../errors.ts';
import { messageActivation } from '../protocol/activation.ts';

/** From how much that waits on a connection is not read until it is gone. */
const mostWaiting = { messages: 64, bytes: 1024 ** 2 };

interface Message {
  readonly bytes: Buffer;
  readonly isBinary: boolean;
}

/**
 * Joins one connection to the action: each message is one activation, one after the other, so that no connection takes
 * the loop from the others. Who sends faster than is answered, or does not read, is not read: memory stays as it is.
 */
export class Relay {
  readonly #socket: WebSocket;
  readonly #action: Action;
  readonly #context: Buffer;
  readonly #waiting: Message[] = [];
  #waitingBytes = 0;
  #isWorking = false;

  /** @param context JSON members about the connection, as `messageActivation` takes them */
  constructor(socket: WebSocket, action: Action, context: Buffer) {
    this.#socket = socket;
    this.#action = action;
    this.#context = context;
    socket.on('message', (data, isBinary) => this.#receive({ bytes: toBuffer(data), isBinary }));
    // Nobody waits for what was not begun.
    socket.on('close', () => this.#waiting.splice(0));
    // What is wrong with a frame ws answers with a close code of its own.
    socket.on('error', () => undefined);
  }

  #receive(message: Message): void {
    this.#waiting.push(message);
    this.#waitingBytes += message.bytes.length;
    const isMuch =
      this.#waiting.length >= mostWaiting.messages || this.#waitingBytes >= mostWaiting.bytes;
    if (isMuch) this.#socket.pause();
    if (!this.#isWorking) void this.#work();
  }

  /** Answers what waits. While an answer goes out the next message is worked on, but no further one. */
  async #work(): Promise<void> {
    this.#isWorking = true;
    let sent: Promise<void> | undefined;
    for (let message = this.#take(); message !== undefined; message = this.#take()) {
      const answer = await this.#ask(message);
      await sent;
      sent = this.#send(answer, message.isBinary);
    }
    await sent;
    this.#isWorking = false;
    if (this.#waiting.length > 0) void this.#work();
  }

  #take(): Message | undefined {
    const message = this.#waiting.shift();
    this.#waitingBytes -= message?.bytes.length ?? 0;
    if (this.#waiting.length === 0 && this.#socket.isPaused) this.#socket.resume();
    return message;
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
