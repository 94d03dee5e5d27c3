import { createGunzip } from 'node:zlib';
import type { Header } from 'tar/header';
import { messageOf } from '../errors.ts';
import { badArchive, quoted, refused, smallFileBytes, whole, type Entry } from './extraction.ts';

const blockSize = 512;
const maxMetaBytes = 1024 * 1024;

/** Some archivers write a size into their headers, but nothing behind them. */
const bodiless = new Set(['Directory', 'Link']);

/** What a header that only describes the next one says of it. */
interface Override {
  path?: string;
  linkpath?: string;
  size?: number;
}

interface Member extends Required<Override> {
  readonly type: string;
  readonly mode: number;
}

/**
 * Reads block by block, with tar's own Header: its Parser gunzips in one go whatever the reader's
 * pace, and splits letters and drops line breaks in long names.
 */
export async function* tarballEntries(
  bytes: Buffer,
  maxEntries: number,
): AsyncGenerator<Entry, void> {
  const { Header } = await import('tar/header');
  const blocks = new Blocks(bytes, maxEntries);
  try {
    for (;;) {
      const member = await nextMember(blocks, Header);
      if (!member) break;
      const entry = await entryOf(member, blocks);
      yield entry;
      if (entry.kind !== 'file') await blocks.skip(member.size);
    }
    // The rest is padding; reading it makes gunzip compare its checksum.
    await blocks.skip(Infinity);
  } finally {
    blocks.close();
  }
}

async function entryOf(member: Member, blocks: Blocks): Promise<Entry> {
  const { type, path, linkpath, mode, size } = member;
  switch (type) {
    case 'File':
    case 'OldFile':
    case 'ContiguousFile': {
      const content = blocks.body(size);
      const isSmall = size <= smallFileBytes;
      return { kind: 'file', name: path, mode, content: isSmall ? await whole(content) : content };
    }
    case 'Directory':
    case 'GNUDumpDir':
      return { kind: 'directory', name: path, mode };
    case 'SymbolicLink':
      return { kind: 'symbolic link', name: path, target: linkpath };
    case 'Link':
      return { kind: 'hard link', name: path, target: linkpath };
    default:
      throw refused(path, 'a file, directory or link', `an entry of type ${type}`);
  }
}

async function nextMember(blocks: Blocks, Tar: typeof Header): Promise<Member | undefined> {
  const override: Override = {};
  for (;;) {
    const header = await nextHeader(blocks, Tar);
    if (!header) return undefined;
    const { type, mode = 0, path = '', linkpath = '', size = 0 } = header;
    const read = metaReaders.get(type);
    if (!read) {
      const member = { type, mode, path, linkpath, size, ...override };
      return bodiless.has(type) ? { ...member, size: 0 } : member;
    }
    Object.assign(override, read(await blocks.text(size)));
  }
}

async function nextHeader(blocks: Blocks, Tar: typeof Header): Promise<Header | undefined> {
  const isFirst = blocks.consumed === 0;
  const block = await blocks.header();
  if (block.length === 0 && !isFirst) return undefined;
  const header = decode(block, Tar);
  if (header?.nullBlock) return undefined;
  if (header?.cksumValid) return header;
  if (isFirst) throw badArchive('Archive is gzip, but not a tar archive');
  if (block.length < blockSize) throw damaged('a whole tar header', 'its end');
  throw damaged('a sound tar header', `one with a false checksum at byte ${blocks.consumed}`);
}

function decode(block: Buffer, Tar: typeof Header): Header | undefined {
  try {
    return new Tar(block);
  } catch {
    return undefined; // too short, or numbers that are none: no header, like a false checksum
  }
}

const metaReaders: ReadonlyMap<string, (text: Buffer) => Override> = new Map([
  ['ExtendedHeader', readPax],
  ['OldExtendedHeader', readPax],
  ['GlobalExtendedHeader', () => ({})],
  ['TapeVolumeHeader', () => ({})],
  ['NextFileHasLongPath', (text: Buffer) => ({ path: withoutEnd(text) })],
  ['OldGnuLongPath', (text: Buffer) => ({ path: withoutEnd(text) })],
  ['NextFileHasLongLinkpath', (text: Buffer) => ({ linkpath: withoutEnd(text) })],
]);

function withoutEnd(text: Buffer): string {
  return text.toString().replace(/\0+$/, '');
}

/** Records of `LENGTH KEY=VALUE\n`, where LENGTH counts the whole record in bytes. */
function readPax(text: Buffer): Override {
  const override: Override = {};
  for (let start = 0; start < text.length;) {
    const { key, value, end } = readPaxRecord(text, start);
    if (key === 'path' || key === 'linkpath') override[key] = value;
    if (key === 'size') override.size = readPaxSize(value);
    if (key.startsWith('GNU.sparse.')) throw damaged('a plain file', 'a sparse one (pax header)');
    start = end;
  }
  return override;
}

function readPaxRecord(text: Buffer, start: number): { key: string; value: string; end: number } {
  const [digits = ''] = /^\d{1,7} /.exec(text.toString('latin1', start, start + 8)) ?? [];
  const end = start + Number(digits);
  const record = text.toString('utf8', start + digits.length, end - 1);
  const equals = record.indexOf('=');
  if (digits === '' || equals < 1 || end > text.length || text[end - 1] !== 0x0a) {
    throw damaged('a sound pax header', `the record ${quoted(text.toString('utf8', start))}`);
  }
  return { key: record.slice(0, equals), value: record.slice(equals + 1), end };
}

function readPaxSize(value: string): number {
  if (!/^\d+$/.test(value)) throw damaged('a size in a pax header', quoted(value));
  return Number(value);
}

/** The unzipped archive, read from front to back in pieces of what gunzip has at hand. */
class Blocks {
  readonly #gunzip = createGunzip({ chunkSize: 64 * 1024 });
  readonly #chunks: AsyncIterator<Buffer, undefined>;
  readonly #maxOverhead: number;
  #rest: Buffer = Buffer.alloc(0);
  #overhead = 0;
  #consumed = 0;

  constructor(bytes: Buffer, maxEntries: number) {
    this.#gunzip.end(bytes);
    this.#chunks = (this.#gunzip as AsyncIterable<Buffer, undefined>)[Symbol.asyncIterator]();
    // Else a bomb made of headers, or of zeros behind the end, would keep us reading.
    this.#maxOverhead = maxMetaBytes + maxEntries * 8 * blockSize;
  }

  get consumed(): number {
    return this.#consumed;
  }

  close(): void {
    this.#gunzip.destroy();
  }

  /** One block; shorter or empty where the archive ends. */
  async header(): Promise<Buffer> {
    this.#spend(blockSize);
    return whole(this.#take(blockSize));
  }

  /** A file's content, to be read to its end: what pays for it is the extraction's limit. */
  async *body(size: number): AsyncGenerator<Buffer> {
    const padding = paddingOf(size);
    let left = size + padding;
    for await (const piece of this.#take(size)) {
      left -= piece.length;
      yield piece;
    }
    for await (const piece of this.#take(padding)) left -= piece.length;
    if (left > 0) throw damaged(`${left} more bytes of a tar entry`, 'its end');
  }

  async text(size: number): Promise<Buffer> {
    if (size > maxMetaBytes)
      throw damaged(`headers of at most ${maxMetaBytes} bytes`, String(size));
    this.#spend(size);
    return whole(this.body(size));
  }

  async skip(size: number): Promise<void> {
    for await (const piece of this.#take(size + paddingOf(size))) this.#spend(piece.length);
  }

  #spend(bytes: number): void {
    this.#overhead += bytes;
    if (this.#overhead > this.#maxOverhead) {
      throw damaged(`at most ${this.#maxOverhead} bytes of headers and padding`, 'more');
    }
  }

  async *#take(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0;) {
      if (this.#rest.length === 0) this.#rest = await this.#pull();
      if (this.#rest.length === 0) return;
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      this.#consumed += piece.length;
      left -= piece.length;
      yield piece;
    }
  }

  async #pull(): Promise<Buffer> {
    try {
      const { value } = await this.#chunks.next();
      return value ?? Buffer.alloc(0);
    } catch (error) {
      throw damaged('sound gzip data', messageOf(error), error);
    }
  }
}

/** What fills the last block of something that long. */
function paddingOf(size: number): number {
  return Number.isFinite(size) ? -size & (blockSize - 1) : 0;
}

function damaged(expected: string, got: string, cause?: unknown): Error {
  return badArchive(`Archive is damaged: expected ${expected}, got ${got}`, cause);
}
