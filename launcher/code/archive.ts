import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { badArchive, Extraction, type ArchiveLimits, type Entry } from './extraction.ts';
import { tarballEntries } from './tarball.ts';
import { zipEntries } from './zip.ts';

export type { ArchiveLimits };

export type ArchiveKind = 'zip' | 'tar.gz';

/** Told by content, never by name; undefined when the bytes begin neither. */
export function archiveKind(bytes: Buffer): ArchiveKind | undefined {
  const start = bytes.toString('latin1', 0, 4);
  if (/^PK(?:\x03\x04|\x05\x06|\x07\x08)$/.test(start)) return 'zip';
  return start.startsWith('\x1f\x8b\x08') ? 'tar.gz' : undefined;
}

/**
 * Unpacks into `folder`, which exists, is empty, and which nobody else writes to. Throws
 * LauncherError `bad-archive`, or the signal's reason. On a throw `folder` may hold rubbish, which
 * the caller removes; nothing outside it is ever written.
 */
export async function unpack(
  bytes: Buffer,
  folder: string,
  limits: ArchiveLimits,
  signal?: AbortSignal,
): Promise<void> {
  const extraction = new Extraction(folder, limits, signal);
  try {
    for await (const entry of entriesOf(bytes, limits)) await extraction.place(entry);
  } finally {
    await extraction.settle();
  }
}

function entriesOf(bytes: Buffer, limits: ArchiveLimits): AsyncIterable<Entry> {
  switch (archiveKind(bytes)) {
    case 'zip':
      return zipEntries(bytes);
    case 'tar.gz':
      return tarballEntries(bytes, limits);
    case undefined: {
      const start = bytes.length === 0 ? 'nothing' : bytes.toString('hex', 0, 4);
      throw badArchive(`Not an archive: expected a zip or tar.gz, got bytes that begin ${start}`);
    }
  }
}

/** An archive with nothing at its root but one folder is read from inside that folder. */
export async function contentRoot(folder: string): Promise<string> {
  const [only, ...others] = await readdir(folder, { withFileTypes: true });
  return only?.isDirectory() && others.length === 0 ? join(folder, only.name) : folder;
}
