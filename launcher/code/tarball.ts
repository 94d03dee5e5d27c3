import { createGunzip } from 'node:zlib';
import type { Parser } from 'tar/parse';
import type { ReadEntry } from 'tar/read-entry';
import { messageOf } from '../errors.ts';
import { badArchive, quoted, refused, smallFileBytes, whole } from './extraction.ts';
import type { ArchiveLimits, Entry } from './extraction.ts';

const blockSize = 512;
const gzipMagic = 0x1f8b;

/** What a tar brings, in its order. Between an entry and its `end` is nothing but its content. */
type Part = ReadEntry | Buffer | 'end';
type Parts = AsyncGenerator<Part, void>;

export async function* tarballEntries(bytes: Buffer, limits: ArchiveLimits): AsyncGenerator<Entry> {
  const parts = partsOf(bytes, limits);
  for await (const part of parts) {
    if (part !== 'end' && !Buffer.isBuffer(part)) yield await entryOf(part, parts);
  }
}

async function entryOf(entry: ReadEntry, parts: Parts): Promise<Entry> {
  const { path: name, linkpath: target = '', mode = 0 } = entry;
  const type: string = entry.type;
  switch (type) {
    case 'File':
    case 'ContiguousFile': {
      const content = contentOf(parts);
      // Not by `size`, which may be another than what Parser goes by.
      const isSmall = entry.startBlockSize <= smallFileBytes;
      return { kind: 'file', name, mode, content: isSmall ? await whole(content) : content };
    }
    case 'Directory':
    case 'GNUDumpDir':
      return { kind: 'directory', name, mode };
    case 'SymbolicLink':
      return { kind: 'symbolic link', name, target };
    case 'Link':
      return { kind: 'hard link', name, target };
    default:
      throw refused(name, 'a file, directory or link', `an entry of type ${type}`);
  }
}

async function* contentOf(parts: Parts): AsyncGenerator<Buffer> {
  for (;;) {
    const { value } = await parts.next();
    if (!Buffer.isBuffer(value)) return;
    yield value;
  }
}

/** Gunzips by itself, as Parser would do it in one go, whatever the reader's pace. */
async function* partsOf(bytes: Buffer, limits: ArchiveLimits): Parts {
  const tar = await import('tar/parse');
  const parser = new tar.Parser({ strict: true, zstd: false });
  const heard = listen(parser);
  // Else a bomb made of headers, or of zeros behind the end, would keep us reading.
  const maxBytes = limits.maxUnpackedBytes + 2 ** 20 + limits.maxEntries * 8 * blockSize;
  let length = 0;
  for await (const chunk of gunzipped(bytes)) {
    const isTooShort = chunk.length < blockSize;
    if (length === 0 && (isTooShort || chunk.readUInt16BE() === gzipMagic)) throw notTar();
    length += chunk.length;
    if (length > maxBytes)
      throw badArchive(`Archive too large: expected at most ${maxBytes} bytes, got more`);
    // What follows the end is padding; reading it makes gunzip compare its checksum.
    if (!heard.isOver) parser.write(chunk);
    yield* heard.parts.splice(0);
  }
  if (heard.isOver) return;
  // Parser lets half a header pass.
  if (length % blockSize > 0) throw damaged('a whole tar header', 'its end');
  parser.end();
}

async function* gunzipped(bytes: Buffer): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 64 * 1024 });
  gunzip.end(bytes);
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } catch (error) {
    throw damaged('sound gzip data', messageOf(error), error);
  }
}

/** All of this is called, and may throw, within Parser's `write` and `end`: no entry is paused. */
function listen(parser: Parser): { parts: Part[]; isOver: boolean } {
  const heard = { parts: [] as Part[], isOver: false };
  let isTar = false;
  parser.on('error', (error: Error) => {
    throw isTar ? damaged('a sound tar', error.message, error) : notTar(error);
  });
  parser.on('meta', (text: string) => {
    isTar = true;
    text.split('\n').forEach(checkPaxRecord);
  });
  parser.on('entry', (entry: ReadEntry) => {
    isTar = true;
    checkEntry(entry);
    heard.parts.push(entry);
    entry.on('end', () => heard.parts.push('end'));
    entry.on('data', (piece) => heard.parts.push(piece));
  });
  parser.on('ignoredEntry', (entry: ReadEntry) => {
    isTar = true;
    if (entry.meta) throw damaged(`headers of at most ${parser.maxMetaEntrySize} bytes`, 'more');
    if (entry.type !== 'TapeVolumeHeader') heard.parts.push(entry);
  });
  parser.on('eof', () => (heard.isOver = true));
  return heard;
}

/** Parser drops a record that it cannot read, and so would give its entry another name or size. */
function checkPaxRecord(line: string): void {
  if (!/^\d+ (?:path=|linkpath=|size=|GNU\.sparse\.)/.test(line)) return;
  const isUsable = /^\d+ (?:(?:link)?path=[^\0]*|size=\d+)$/.test(line);
  if (isUsable && parseInt(line) === Buffer.byteLength(line) + 1) return;
  throw damaged('a sound pax header of a plain file', `the record ${quoted(line)}`);
}

function checkEntry({ type, path, startBlockSize, extended }: ReadEntry): void {
  // Some archivers write a size with nothing behind it: the next entry would be lost as content.
  if (type === 'Link' && startBlockSize > 0) throw refused(path, 'an empty hard link', 'a size');
  // Parser decodes long names piece by piece, and so may break letters.
  const names = [extended?.path, extended?.linkpath].join('');
  if (names.includes('\ufffd')) throw refused(path, 'a name and target in UTF-8', 'other bytes');
}

function notTar(cause?: unknown): Error {
  return badArchive('Archive is gzip, but not a tar archive', cause);
}

function damaged(expected: string, got: string, cause?: unknown): Error {
  return badArchive(`Archive is damaged: expected ${expected}, got ${got}`, cause);
}
