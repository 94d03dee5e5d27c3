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

/** A message whose answer is on its way. */
interface Turn {
  readonly answer: Promise<Buffer>;
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

  /**
   * Answers what waits. The next message goes to the loop before the last answer goes out, so that the loop does not
   * wait for that; no further one does while an answer is on its way out.
   */
  async #work(): Promise<void> {
    this.#isWorking = true;
    let sent: Promise<void> | undefined;
    for (let turn = this.#begin(); turn !== undefined;) {
      const answer = await turn.answer;
      await sent;
      const next = this.#begin();
      sent = this.#send(answer, turn.isBinary);
      turn = next;
    }
    await sent;
    this.#isWorking = false;
    if (this.#waiting.length > 0) void this.#work();
  }

  #begin(): Turn | undefined {
    const message = this.#waiting.shift();
    if (message === undefined) return undefined;
    const { bytes, isBinary } = message;
    this.#waitingBytes -= bytes.length;
    if (this.#waiting.length === 0 && this.#socket.isPaused) this.#socket.resume();
    return { answer: this.#ask(bytes), isBinary };
  }

  async #ask(bytes: Buffer): Promise<Buffer> {
    try {
      return await this.#action.run(() => messageActivation(bytes, this.#context));
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
