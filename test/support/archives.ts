import { execFileSync } from 'node:child_process';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { Header, type HeaderData } from 'tar';
import { ZipFile } from 'yazl';

/** A member of a hand-made zip. Whatever is given is written as given, true or not. */
export interface ZipMember {
  name: string | Buffer;
  data?: string | Buffer;
  /** The unix mode with its type bits, e.g. 0o120777 for a symbolic link. */
  mode?: number;
  flags?: number;
  method?: number;
  sum?: number;
  size?: number;
  compressedSize?: number;
  offset?: number;
}

/** A zip byte by byte: yazl refuses to write what an attacker would. */
export function rawZip(members: ZipMember[]): Buffer {
  const locals: Buffer[] = [];
  const records: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const { local, record } = zipParts(member, offset);
    locals.push(local);
    records.push(record);
    offset += local.length;
  }
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function zipParts(member: ZipMember, offset: number): { local: Buffer; record: Buffer } {
  const { mode = 0, flags = 0x800, method = 8 } = member;
  const name = Buffer.from(member.name);
  const data = Buffer.from(member.data ?? '');
  const packed = method === 8 ? deflateRawSync(data) : data;
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(flags, 2);
  common.writeUInt16LE(method, 4);
  common.writeUInt32LE(member.sum ?? crc32(data), 10);
  common.writeUInt32LE(member.compressedSize ?? packed.length, 14);
  common.writeUInt32LE(member.size ?? data.length, 18);
  common.writeUInt16LE(name.length, 22);
  const attributes = Buffer.alloc(14);
  attributes.writeUInt32LE((mode << 16) >>> 0, 6);
  attributes.writeUInt32LE(member.offset ?? offset, 10);
  const madeOnUnix = Buffer.from([20, 3]);
  return {
    local: Buffer.concat([Buffer.from('PK\x03\x04'), common, name, packed]),
    record: Buffer.concat([Buffer.from('PK\x01\x02'), madeOnUnix, common, attributes, name]),
  };
}

/** An ordinary zip, as people make them; names that end in `/` are directories. */
export async function zip(files: Record<string, string | Buffer>, mode = 0o644): Promise<Buffer> {
  const file = new ZipFile();
  for (const [name, data] of Object.entries(files)) {
    if (name.endsWith('/')) file.addEmptyDirectory(name);
    else file.addBuffer(Buffer.from(data), name, { mode: 0o100000 | mode });
  }
  file.end();
  const chunks: Buffer[] = [];
  for await (const chunk of file.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

export interface TarMember extends HeaderData {
  data?: string | Buffer;
}

/** The blocks of one member; what tar itself would refuse to pack is fine here. */
export function tarMember({ data = '', ...header }: TarMember): Buffer {
  const body = Buffer.from(data);
  const encoded = new Header({ type: 'File', mode: 0o644, size: body.length, ...header });
  encoded.encode();
  return Buffer.concat([encoded.block ?? Buffer.alloc(512), body, padding(body.length)]);
}

/** A pax header for the member that follows it. */
export function paxMember(records: Record<string, string>): Buffer {
  const lines = Object.entries(records).map(([key, value]) => paxRecord(` ${key}=${value}\n`));
  return tarMember({ path: 'PaxHeader', type: 'ExtendedHeader', data: lines.join('') });
}

function paxRecord(rest: string): string {
  const bytes = Buffer.byteLength(rest);
  let length = bytes;
  while (length !== bytes + String(length).length) length = bytes + String(length).length;
  return `${length}${rest}`;
}

export function tarball(members: (TarMember | Buffer)[], end: Buffer = Buffer.alloc(1024)): Buffer {
  const blocks = members.map((member) => (Buffer.isBuffer(member) ? member : tarMember(member)));
  return gzipSync(Buffer.concat([...blocks, end]));
}

function padding(size: number): Buffer {
  return Buffer.alloc(-size & 511);
}

/** What Python writes to stdout. */
export function python(script: string): Buffer {
  return execFileSync('python3', ['-c', script], { maxBuffer: 64 * 1024 * 1024 });
}
