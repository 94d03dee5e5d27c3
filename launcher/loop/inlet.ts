import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { OnReadOpts, SocketConstructorOpts } from 'node:net';

import { systemCode } from '../errors.ts';

const chunkBytes = 64 * 1024;
/** More than any pipe holds (/proc/sys/fs/pipe-max-size). */
const mostInPipe = 1024 * 1024;

/** The launcher's reading end of a pipe: events while it lives, and a way to read on without waiting. */
export class Inlet {
  readonly #fd: number;
  readonly #socket: Socket;
  readonly #chunk = Buffer.allocUnsafeSlow(chunkBytes);
  #take: (bytes: Buffer) => void;

  /** @param take is given each chunk; the bytes are overwritten by the next one */
  constructor(fd: number, take: (bytes: Buffer) => void) {
    this.#fd = fd;
    this.#take = take;
    const onread: OnReadOpts = {
      buffer: this.#chunk,
      callback: (bytes) => {
        this.#take(this.#chunk.subarray(0, bytes));
        return true;
      },
    };
    const options: SocketConstructorOpts & { onread: OnReadOpts } = { fd, writable: false, onread };
    this.#socket = new Socket(options);
    // A reading end has nothing to fail but its own closing.
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.resume();
  }

  /** From now on somebody else gets the chunks. */
  passTo(take: (bytes: Buffer) => void): void {
    this.#take = take;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /**
   * Reads what is in the pipe now, and not for ever where somebody writes on.
   * @returns whether every writer has gone: if not, more may come
   */
  drain(): boolean {
    for (let taken = 0; taken < mostInPipe && !this.#socket.destroyed;) {
      const bytes = this.#read();
      if (bytes === undefined) return false;
      if (bytes === 0) return true;
      taken += bytes;
      this.#take(this.#chunk.subarray(0, bytes));
    }
    return this.#socket.destroyed;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** @returns 0 at the end, undefined when nothing is there now */
  #read(): number | undefined {
    try {
      return readSync(this.#fd, this.#chunk);
    } catch (thrown) {
      if (systemCode(thrown) === 'EAGAIN') return undefined;
      throw thrown;
    }
  }
}
