const newline = 0x0a;

/** What becomes of the lines: each comes whole, without its newline; of one over the limit the start is told. */
export interface LineReader {
  line(bytes: Buffer): void;
  tooLong(start: Buffer): void;
}

/**
 * Cuts bytes at LF and at nothing else (JSON may hold a bare CR, and characters may be split between
 * chunks). Chunks are joined once a line: joining as they come made one 32 MiB line cost seconds.
 */
export class LineSplitter {
  readonly #limit: number;
  readonly #reader: LineReader;
  #held: Buffer[] = [];
  #heldBytes = 0;

  /** @param limit the longest line that is passed on, in bytes */
  constructor(limit: number, reader: LineReader) {
    this.#limit = limit;
    this.#reader = reader;
  }

  /** Takes a chunk, which may be overwritten afterwards: what is kept of it is copied. */
  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#end(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
  }

  /** Forgets an unfinished line. */
  clear(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }

  #end(rest: Buffer): void {
    const bytes = this.#heldBytes + rest.length;
    const start = this.#held[0] ?? rest;
    const line = this.#held.length === 0 ? Buffer.from(rest) : Buffer.concat([...this.#held, rest]);
    this.clear();
    if (bytes > this.#limit) this.#reader.tooLong(start);
    else this.#reader.line(line);
  }

  #hold(rest: Buffer): void {
    if (this.#heldBytes > this.#limit) return;
    this.#held.push(Buffer.from(rest));
    this.#heldBytes += rest.length;
    if (this.#heldBytes > this.#limit) this.#reader.tooLong(this.#held[0] ?? rest);
  }
}

const newlineByte = Buffer.from('\n');

/** The bytes of one JSON value as one line: a raw newline in JSON can only be white space. */
export function toLine(json: Buffer): Buffer {
  if (!json.includes(newline)) return Buffer.concat([json, newlineByte]);
  const line = Buffer.concat([json, newlineByte]);
  for (let at = line.indexOf(newline); at < json.length; at = line.indexOf(newline, at))
    line[at] = 0x20;
  return line;
}
