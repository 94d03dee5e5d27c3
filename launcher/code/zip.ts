import { isUtf8 } from 'node:buffer';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import type { Entry as Member, ZipFile } from 'yauzl';
import { LauncherError, messageOf, systemCode } from '../errors.ts';
import {
  badArchive,
  longestLinkTarget,
  refused,
  smallFileBytes,
  whole,
  type Entry,
} from './extraction.ts';

const utf8Names = 0x800;
const stored = 0;
const deflated = 8;

const typeMask = 0o170000;
const typeDirectory = 0o040000;
const typeLink = 0o120000;
const plainTypes = new Set([0, 0o100000]);

/** Only the directory of the zip is yauzl's to read: the content is at hand in `bytes`. */
export async function* zipEntries(bytes: Buffer): AsyncGenerator<Entry, void> {
  const { default: yauzl } = await import('yauzl');
  try {
    const options = { lazyEntries: true, decodeStrings: false };
    const zip = await yauzl.fromBufferPromise(bytes, options);
    for await (const member of zip.eachEntry()) {
      const flags = member.generalPurposeBitFlag | (isUtf8(member.fileNameRaw) ? utf8Names : 0);
      const { fileNameRaw, extraFields } = member;
      const name = yauzl.getFileNameLowLevel(flags, fileNameRaw, extraFields, false);
      yield await entryOf(name, member, { zip, bytes });
    }
  } catch (error) {
    throw error instanceof LauncherError ? error : damaged(error);
  }
}

interface Source {
  readonly zip: ZipFile;
  readonly bytes: Buffer;
}

async function entryOf(name: string, member: Member, source: Source): Promise<Entry> {
  const mode = member.externalFileAttributes >>> 16;
  const type = mode & typeMask;
  if (type === typeLink) {
    return { kind: 'symbolic link', name, target: await targetOf(name, member, source) };
  }
  if (type === typeDirectory || (plainTypes.has(type) && name.endsWith('/'))) {
    return { kind: 'directory', name, mode: mode & 0o777 || 0o755 };
  }
  if (!plainTypes.has(type)) {
    const got = `file type ${type.toString(8)} (a device, FIFO or socket)`;
    throw refused(name, 'a file, directory or link', got);
  }
  const content = contentOf(name, member, await dataOf(name, member, source));
  const isSmall = member.uncompressedSize <= smallFileBytes;
  return {
    kind: 'file',
    name,
    mode: mode & 0o777 || 0o644,
    content: isSmall ? await whole(content) : content,
  };
}

async function targetOf(name: string, member: Member, source: Source): Promise<string> {
  const { uncompressedSize: size } = member;
  if (size > longestLinkTarget) {
    throw refused(name, `a link target of at most ${longestLinkTarget} bytes`, String(size));
  }
  return String(await whole(contentOf(name, member, await dataOf(name, member, source))));
}

/** The member's bytes as they lie in the zip. */
async function dataOf(name: string, member: Member, { zip, bytes }: Source): Promise<Buffer> {
  if (member.isEncrypted()) throw refused(name, 'no encryption', 'an encrypted entry');
  const { compressionMethod: method, compressedSize } = member;
  if (method !== stored && method !== deflated) {
    throw refused(name, 'compression method 0 (stored) or 8 (deflate)', String(method));
  }
  try {
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(member, { minimal: true });
    return bytes.subarray(fileDataStart, fileDataStart + compressedSize);
  } catch (error) {
    throw refused(name, 'its data inside the archive', messageOf(error), error);
  }
}

async function* contentOf(name: string, member: Member, data: Buffer): AsyncGenerator<Buffer> {
  const { uncompressedSize: size } = member;
  let length = 0;
  let sum = 0;
  for await (const chunk of decompressed(name, member, data)) {
    length += chunk.length;
    if (length > size) throw oversized(name, size);
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (length < size) throw refused(name, `${size} bytes, as its header says`, String(length));
  if (sum !== member.crc32) {
    throw refused(name, `the checksum ${member.crc32.toString(16)}`, sum.toString(16));
  }
}

async function* decompressed(name: string, member: Member, data: Buffer): AsyncGenerator<Buffer> {
  const { compressionMethod, uncompressedSize: size } = member;
  if (compressionMethod === stored) {
    yield data;
    return;
  }
  try {
    // A stream for each of thousands of small files would cost most of the time.
    if (size <= smallFileBytes) yield inflatedSmall(data, size);
    else yield* inflated(data);
  } catch (error) {
    if (systemCode(error) === 'ERR_BUFFER_TOO_LARGE') throw oversized(name, size);
    throw refused(name, 'sound compressed data', messageOf(error), error);
  }
}

function inflatedSmall(data: Buffer, size: number): Buffer {
  const oneMore = size + 1; // lets a header that says too little be found out
  return inflateRawSync(data, { maxOutputLength: oneMore, chunkSize: Math.max(64, oneMore) });
}

function inflated(data: Buffer): AsyncIterable<Buffer> {
  const inflate = createInflateRaw();
  inflate.end(data);
  return inflate;
}

function oversized(name: string, size: number): LauncherError {
  return refused(name, `${size} bytes, as its header says`, 'more');
}

function damaged(error: unknown): LauncherError {
  const message = messageOf(error);
  const [, got] = knownDamage.find(([pattern]) => pattern.test(message)) ?? [];
  return badArchive(`Archive is damaged: expected a sound zip, got ${got ?? message}`, error);
}

/** What yauzl says at length, and what a user can do something with. */
const knownDamage: readonly (readonly [RegExp, string])[] = [
  [/^End of central directory record signature not found/, 'one that is cut short: it has no end'],
  [/^Invalid comment length/, 'bytes that follow its end'],
  [/^strong encryption/, 'an encrypted one'],
];
