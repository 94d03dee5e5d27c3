import { writeFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';

import { LauncherError } from '../errors.ts';
import type { IsSet, Languages } from '../languages.ts';
import { executableKind, mayExecute, startOf } from '../loop/executable.ts';
import { isBuilt } from '../manifest.ts';
import type { Language } from '../manifest.ts';
import type { Environment } from '../settings.ts';
import { archiveKind, contentRoot, unpack } from './archive.ts';
import type { ArchiveLimits } from './archive.ts';
import { findEntry } from './entry.ts';
import { readExecEnv } from './exec-env.ts';
import { compiledMain } from './exec-loop.ts';
import { heldStill, holdFile, holdFolder } from './held.ts';
import { sourceFolder } from './homes.ts';

/** What `main` is where nobody says otherwise. */
const defaultMain = 'main';

/** Code that lies on disk. */
export interface Source {
  readonly language: Language;
  /** The action's own folder: its working folder, and the root of its archive. */
  readonly folder: string;
  /** The file to load or to execute. */
  readonly entry: string;
  /** What is executed instead of the entry. */
  readonly command?: readonly string[];
  readonly main: string;
  /** Whether it came as one file and not as a folder. */
  readonly inline: boolean;
  /** What `value.env` brought. */
  readonly environment: Environment;
  /** Whether the entry was built by its language, and so says on fd 3 that it has started. */
  readonly acknowledges?: boolean;
}

/** What is known of code before its language is. */
export interface SourceRequest {
  readonly main: string;
  readonly environment: Environment;
  /** The language that the payload or the settings name. */
  readonly language: string | undefined;
}

export interface SourceMeans {
  readonly languages: Languages;
  readonly isSet: IsSet;
  readonly limits: ArchiveLimits;
  /** The name under which a jar is kept whole. */
  readonly saveJar: string | undefined;
  /** Ends the unpacking. */
  readonly signal: AbortSignal;
  /** Whether a person works on the files. */
  readonly isWatched: boolean;
  /** Whether the operator's compiler makes the entry out of what is in the folder. */
  isCompiled(language: Language): boolean;
  /** Whether something is going to be installed into the folder. */
  isInstalled(language: Language, folder: string): boolean;
}

/**
 * Puts code that was sent into a private folder, which the caller removes if this fails.
 * @throws LauncherError bad-archive, unknown-language
 */
export async function placeBytes(
  bytes: Buffer,
  home: string,
  request: SourceRequest,
  means: SourceMeans,
): Promise<Source> {
  const folder = sourceFolder(home);
  if (archiveKind(bytes) === undefined) return placeFile(bytes, folder, request, means);
  if (means.saveJar !== undefined && isJar(bytes)) {
    return placeJar(bytes, folder, request, { ...means, saveJar: means.saveJar });
  }
  await unpack(bytes, folder, means.limits, means.signal);
  const root = await contentRoot(folder);
  const source = await inFolder(root, request, means);
  if (!means.isCompiled(source.language)) await refuseOutside(source);
  return source;
}

/**
 * Takes code from a path: in place if its loop reads it, as a copy where it has to be changed.
 * @throws LauncherError as `placeBytes`, and Node's own error where the path can't be read
 */
export async function placePath(
  path: string,
  home: string,
  request: SourceRequest,
  means: SourceMeans,
): Promise<Source> {
  const absolute = resolve(path);
  const isFolder = (await fs.stat(absolute)).isDirectory();
  const given = await heldStill(absolute, isFolder, home);
  if (!isFolder && archiveKind(startOf(given)) !== undefined) {
    return placeBytes(await fs.readFile(given), home, request, means);
  }
  const source = isFolder ? await inFolder(given, request, means) : ofFile(given, request, means);
  if (isUsableInPlace(source, means)) {
    const mayChange = means.isWatched && !source.language.waits && given === absolute;
    return mayChange ? held(source, home) : source;
  }
  const folder = sourceFolder(home);
  const entry = join(folder, isFolder ? basename(source.entry) : nameOfCopy(source, given));
  await fs.cp(given, isFolder ? folder : entry, { recursive: true, verbatimSymlinks: isFolder });
  return { ...source, folder, entry };
}

/** Code that is read for every activation is copied where its files may change: a loop that waits has read it by then. */
async function held(source: Source, home: string): Promise<Source> {
  const folder = join(home, 'held');
  const entry = join(folder, basename(source.entry));
  if (source.inline) await holdFile(source.entry, entry);
  else await holdFolder(source.folder, folder);
  return source.inline ? { ...source, entry } : { ...source, folder, entry };
}

/** A compiler's errors name the file, which should be the user's. */
function nameOfCopy({ language }: Source, path: string): string {
  const isSource = isBuilt(language) && language.files.includes(extname(path));
  return isSource ? basename(path) : nameOf(language, startOf(path));
}

/** An executable in a language that is built needs no building. */
function nameOf(language: Language, start: Buffer): string {
  return isBuilt(language) && executableKind(start) !== undefined ? 'exec' : language.inline;
}

function placeFile(
  bytes: Buffer,
  folder: string,
  request: SourceRequest,
  means: SourceMeans,
): Source {
  const start = bytes.subarray(0, 256);
  const language = asked(request, means) ?? means.languages.ofFile('', start, means.isSet);
  if (language === undefined) throw unknownLanguage(means.languages);
  const entry = join(folder, nameOf(language, start));
  // Nothing else goes on during an init, and the thread pool would cost a millisecond for each call.
  writeFileSync(entry, bytes);
  return { ...request, language, folder, entry, inline: true };
}

async function placeJar(
  bytes: Buffer,
  folder: string,
  request: SourceRequest,
  means: SourceMeans & { readonly saveJar: string },
): Promise<Source> {
  const entry = join(folder, means.saveJar);
  await fs.writeFile(entry, bytes);
  const language = asked(request, means) ?? means.languages.ofFolder([], means.isSet);
  if (language === undefined) throw unknownLanguage(means.languages);
  return { ...request, language, folder, entry, inline: false };
}

/** A jar is a zip with a manifest; names stand uncompressed in a zip. */
function isJar(bytes: Buffer): boolean {
  return archiveKind(bytes) === 'zip' && bytes.includes('META-INF/MANIFEST.MF');
}

function ofFile(entry: string, request: SourceRequest, means: SourceMeans): Source {
  const language =
    asked(request, means) ?? means.languages.ofFile(basename(entry), startOf(entry), means.isSet);
  if (language === undefined) throw unknownLanguage(means.languages);
  return { ...request, language, folder: dirname(entry), entry, inline: true };
}

async function inFolder(
  folder: string,
  request: SourceRequest,
  means: SourceMeans,
): Promise<Source> {
  const names = await fs.readdir(folder);
  const language =
    asked(request, means) ??
    means.languages.ofKind(readExecEnv(folder)) ??
    means.languages.ofFolder(names, means.isSet);
  if (language === undefined) throw unknownLanguage(means.languages, names);
  const main = request.main === defaultMain ? (compiledMain(folder) ?? defaultMain) : request.main;
  const entry = findEntry(language, main, folder, names);
  if (entry === undefined && !means.isCompiled(language)) throw noEntry(language);
  const path = join(folder, entry ?? language.inline);
  return { ...request, main, language, folder, entry: path, inline: false };
}

function asked(request: SourceRequest, { languages }: SourceMeans): Language | undefined {
  return request.language === undefined ? undefined : languages.named(request.language);
}

function isUsableInPlace({ language, folder, entry }: Source, means: SourceMeans): boolean {
  if (means.isInstalled(language, folder) || isBuilt(language)) return false;
  if (language.waits) return true;
  return !means.isCompiled(language) && (language.start.length > 0 || mayExecute(entry));
}

/** A link that leads out of an archive is kept, but it is no entry. */
async function refuseOutside({ folder, entry }: Source): Promise<void> {
  const real = await fs.realpath(entry).catch(() => entry);
  if (real.startsWith((await fs.realpath(folder)) + sep)) return;
  throw new LauncherError(
    'bad-archive',
    `The entry file ${basename(entry)} has to lie in the archive, and is a link to ${real}.`,
  );
}

function noEntry(language: Language): LauncherError {
  const expected = language.entries.join(' or ');
  return new LauncherError(
    'bad-archive',
    language.noEntry ?? `The archive does not include ${expected} at its root.`,
  );
}

function unknownLanguage(languages: Languages, names?: readonly string[]): LauncherError {
  const entries = languages.all.flatMap((language) => language.entries);
  const found = names === undefined ? '' : `, found ${names.slice(0, 10).join(', ') || 'nothing'}`;
  return new LauncherError(
    'unknown-language',
    `The language of the action is unknown. Say it with value.language or OW_LANGUAGE, or send a file that` +
      ` starts with a #! line, or an archive with one of ${[...new Set(entries)].join(', ')} at its root${found}.`,
  );
}
