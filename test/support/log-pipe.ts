import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import type { OnReadOpts, SocketConstructorOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const sentinelText = 'XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX';

/** A test that waits in vain has to end early enough to tidy up. */
const longestWaitMs = 20_000;

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** A real pipe that a launcher gets as stdout or stderr: what is in it can be looked at at any moment. */
export class LogPipe {
  /** The end for the child, to be closed here once the child has it. */
  readonly theirs: number;
  readonly #ours: number;
  readonly #chunks: Buffer[] = [];
  readonly #chunk = Buffer.allocUnsafe(64 * 1024);
  #length = 0;
  #socket: Socket | undefined;
  #hasEnded = false;
  #wake: (() => void)[] = [];

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'log-pipe-'));
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const both = openSync(path, 'r+');
    this.#ours = openSync(path, O_RDONLY | O_NONBLOCK);
    this.theirs = openSync(path, O_WRONLY);
    closeSync(both);
    rmSync(folder, { recursive: true });
  }

  /** Reads as fast as it comes; until then nobody reads, and the pipe fills. */
  follow(): void {
    const onread: OnReadOpts = {
      buffer: this.#chunk,
      callback: (bytes, buffer) => {
        this.#take(Buffer.from(buffer.subarray(0, bytes)));
        return true;
      },
    };
    const options: SocketConstructorOpts & { onread: OnReadOpts } = {
      fd: this.#ours,
      writable: false,
      onread,
    };
    this.#socket = new Socket(options);
    this.#socket.on('end', () => this.#end()).on('error', () => this.#end());
    this.#socket.resume();
  }

  /** Reads at most so many bytes that are there now, and says how many those were. */
  readSome(most: number): number {
    try {
      const bytes = readSync(this.#ours, this.#chunk, 0, Math.min(most, this.#chunk.length), null);
      if (bytes > 0) this.#take(Buffer.from(this.#chunk.subarray(0, bytes)));
      return bytes;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw thrown;
    }
  }

  /** All that was written up to this moment. */
  get bytes(): Buffer {
    if (this.#socket?.destroyed !== true) while (this.readSome(Infinity) > 0);
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return this.bytes.toString();
  }

  /** What the action wrote, without the sentinels. */
  get actionText(): string {
    return this.text.replaceAll(`${sentinelText}\n`, '');
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }

  /** How many sentinels there are; each has to be a line of its own. */
  get sentinels(): number {
    const { text } = this;
    const alone = text.split('\n').filter((line) => line === sentinelText).length;
    const anywhere = text.split(sentinelText).length - 1;
    if (alone !== anywhere) throw new Error(`a sentinel is no line of its own in: ${text}`);
    return alone;
  }

  /** Settles when the text is there. */
  async contains(text: string): Promise<void> {
    await this.until(() => this.text.includes(text), text);
  }

  /** Settles when the condition holds, which is looked at whenever something is read. */
  async until(holds: () => boolean, what = 'what was waited for'): Promise<void> {
    const end = Date.now() + longestWaitMs;
    const timer = setTimeout(() => this.#notify(), longestWaitMs);
    while (Date.now() < end && !this.#hasEnded && !holds()) await this.#more();
    clearTimeout(timer);
    if (!holds()) throw new Error(`the log is without ${what}: ${this.text}`);
  }

  get length(): number {
    return this.#length;
  }

  close(): void {
    if (this.#socket === undefined) closeSync(this.#ours);
    else this.#socket.destroy();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #take(bytes: Buffer): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    this.#notify();
  }

  #end(): void {
    this.#hasEnded = true;
    this.#notify();
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
