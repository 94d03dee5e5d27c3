import { LineSplitter } from '../protocol/lines.ts';
import { sentinel } from '../protocol/sentinel.ts';
import { Inlet } from './inlet.ts';
import type { LogStream, RawStream } from './logs.ts';
import type { Pipe } from './pipes.ts';

const newline = Buffer.from('\n');
/** What an activation may write of which nothing goes out before its end. */
const mostHeldBytes = 1024 * 1024;

/** A stream that is read line by line and written anew. */
export class CapturedStream implements LogStream {
  readonly fd: number;
  readonly #target: RawStream;
  readonly #inlet: Inlet;
  readonly #splitter: LineSplitter;
  #isAtLineStart = true;
  /** What lines became that are not written yet: those of one chunk, for each writing costs more than a line, or more. */
  #formatted: Buffer[] = [];
  #formattedBytes = 0;
  #mostBytes = 0;

  /** @param format makes of a line what is written, its newline included */
  constructor({ ours, theirs }: Pipe, target: RawStream, format: (line: Buffer) => Buffer) {
    this.fd = theirs;
    this.#target = target;
    this.#splitter = new LineSplitter(Infinity, {
      line: (line) => this.#add(format(line)),
      tooLong: () => undefined,
    });
    this.#inlet = new Inlet(ours, (bytes) => this.#receive(bytes));
  }

  get pending(): Promise<void> | undefined {
    return this.#target.pending;
  }

  write(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#isAtLineStart = bytes.at(-1) === newline[0];
    this.#splitter.push(bytes);
    if (this.#formattedBytes > this.#mostBytes) this.#flush();
  }

  /** From now on lines go out together, so that no other stream to the same target comes between them. */
  hold(): void {
    this.#mostBytes = mostHeldBytes;
  }

  /** From now on lines go out as they come. */
  letGo(): void {
    this.#mostBytes = 0;
    this.#flush();
  }

  /** Takes in what was written until now; a partial last line is ended. */
  takeIn(): void {
    this.#inlet.drain();
    if (!this.#isAtLineStart) this.write(newline);
  }

  /** Writes the sentinel after all that was taken in, and both at once. */
  endWithSentinel(): void {
    this.#add(sentinel);
    this.#flush();
  }

  #add(bytes: Buffer): void {
    this.#formatted.push(bytes);
    this.#formattedBytes += bytes.length;
  }

  #flush(): void {
    if (this.#formatted.length > 0) this.#target.write(Buffer.concat(this.#formatted));
    this.#formatted = [];
    this.#formattedBytes = 0;
  }

  /** A slow reader of the logs slows the action, and nothing piles up here. */
  #receive(bytes: Buffer): void {
    this.write(bytes);
    const { pending } = this;
    if (pending === undefined) return;
    this.#inlet.pause();
    void pending.then(() => this.#inlet.resume());
  }
}
