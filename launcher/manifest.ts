import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { messageOf } from './errors.ts';
import { isObject } from './protocol/json.ts';

/** Everything that is said about a language: `languages/<name>/language.json`. */
export interface Manifest {
  readonly name: string;
  /** The platform's name for it, e.g. `nodejs:20`. */
  readonly kind: string;
  /** Endings of files that tell the language, with their dot. */
  readonly files: readonly string[];
  /** Files at the root of a folder or archive that tell the language, the preferred one first. */
  readonly entries: readonly string[];
  /** More files that can be the entry, but tell nothing. */
  readonly otherEntries?: readonly string[];
  /** Interpreters whose `#!` line tells the language. */
  readonly interpreters?: readonly string[];
  /** Whether any executable, ELF or `#!`, is an action in it. */
  readonly executables?: boolean;
  /** Settings that make it, once one is set, the language of every executable. */
  readonly claimedBy?: readonly string[];
  /** Settings that make it, once one is set, the language of all code that does not say another one. */
  readonly claimsAllBy?: readonly string[];
  /** The file name under which code that came as a text is kept. */
  readonly inline: string;
  /**
   * The command of the loop; words that name a file of the language's folder stand for that file. The `exec` that `compile`
   * makes of a loop that waits adds three words (docs/loop-protocol.md).
   */
  readonly start: readonly string[];
  /**
   * What `dev --inspect` puts in front of the last word of `start`, the loop: the language's debugger, which is to
   * listen on the `{port}` that is put in.
   */
  readonly inspect?: readonly string[];
  /** The loop is started before the code is known, and gets it by its first line. */
  readonly waits?: boolean;
  /** The loop can't change its working folder: it is started in the action's, before the code is there. */
  readonly keepsFolder?: boolean;
  /** The entry is run anew for every activation, by `start` if it can't be executed itself. */
  readonly oneShot?: boolean;
  /**
   * The command that makes an executable of sources: it is run as `BUILD main srcDir binDir`, prints nothing, and leaves
   * `binDir/exec`. A loop that `waits` reads sources itself, and then this is for `compile` alone.
   */
  readonly build?: readonly string[];
  /**
   * The command that gets, once, what the language needs beyond its package, such as compiled libraries: it is run as
   * `PREPARE folder`. `{prepared}` in `start` and `build` stands for that folder. Where neither names it, the language is
   * only faster with it, and nothing is prepared but what somebody asks to be.
   */
  readonly prepare?: readonly string[];
  /** What installs the dependencies that a file at the root of the code declares, by its name, or by `*` and its ending. */
  readonly install?: Readonly<Record<string, Installer>>;
  /** Files and folders at the root of the code that its build alone needs: what `compile` makes has them no more. */
  readonly buildOnly?: readonly string[];
  /** `main` may be `file.function`. */
  readonly dottedMain?: boolean;
  /** Whether the platform has to be told the entry point of every action. */
  readonly requireMain?: boolean;
  /** The sentence for an archive without an entry file. */
  readonly noEntry?: string;
  /** The command that prints the version of what the language needs; empty where it needs nothing. */
  readonly version: readonly string[];
  /** The Debian package that brings it; empty where it needs nothing. */
  readonly package: string;
  /** Environment of the loop. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the details of a failed init go to the logs (`OW_LOG_INIT_ERROR`). */
  readonly logInitErrors: boolean;
}

export interface Installer {
  /** The command, which is run in the folder of the code; code 127 says that what it needs is missing. */
  readonly run: readonly string[];
  /** The Debian packages that bring what it needs. */
  readonly package: string;
}

export interface Language extends Manifest {
  readonly folder: string;
}

type Shape = 'text' | 'texts' | 'switch' | 'map' | 'installers';

const shapes: Readonly<
  Record<keyof Manifest, { readonly shape: Shape; readonly optional?: true }>
> = {
  name: { shape: 'text' },
  kind: { shape: 'text' },
  files: { shape: 'texts' },
  entries: { shape: 'texts' },
  otherEntries: { shape: 'texts', optional: true },
  interpreters: { shape: 'texts', optional: true },
  executables: { shape: 'switch', optional: true },
  claimedBy: { shape: 'texts', optional: true },
  claimsAllBy: { shape: 'texts', optional: true },
  inline: { shape: 'text' },
  start: { shape: 'texts' },
  inspect: { shape: 'texts', optional: true },
  waits: { shape: 'switch', optional: true },
  keepsFolder: { shape: 'switch', optional: true },
  oneShot: { shape: 'switch', optional: true },
  build: { shape: 'texts', optional: true },
  prepare: { shape: 'texts', optional: true },
  install: { shape: 'installers', optional: true },
  buildOnly: { shape: 'texts', optional: true },
  dottedMain: { shape: 'switch', optional: true },
  requireMain: { shape: 'switch', optional: true },
  noEntry: { shape: 'text', optional: true },
  version: { shape: 'texts' },
  package: { shape: 'text' },
  env: { shape: 'map', optional: true },
  logInitErrors: { shape: 'switch' },
};

const isText = (value: unknown): boolean => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const isShape: Readonly<Record<Shape, (value: unknown) => boolean>> = {
  text: isText,
  texts: isTexts,
  switch: (value) => typeof value === 'boolean',
  map: (value) => isObject(value) && Object.values(value).every(isText),
  installers: (value) => isObject(value) && Object.values(value).every(isInstaller),
};

function isInstaller(value: unknown): boolean {
  return isObject(value) && isTexts(value['run']) && isText(value['package']);
}

/** Whether sources are made an executable before they are started. */
export function isBuilt({ build, waits }: Manifest): boolean {
  return build !== undefined && !waits;
}

/** Whether it can't do without what its `prepare` leaves. */
export function needsPrepared({ prepare, start, build = [] }: Manifest): boolean {
  return prepare !== undefined && [...start, ...build].some((word) => word.includes('{prepared}'));
}

/** Whether its executables speak the loop protocol themselves. */
export function loopsItself({ waits, oneShot }: Manifest): boolean {
  return !waits && !oneShot;
}

/**
 * Reads the manifest of one language.
 * @throws Error naming the manifest and the key that is unknown, missing or of the wrong type
 */
export function readManifest(folder: string, name: string): Language {
  const refuse = (why: string): Error => new Error(`languages/${name}/language.json: ${why}`);
  const manifest = parseManifest(join(folder, 'language.json'), refuse);
  const fault = faultOf(manifest, name);
  if (fault !== undefined) throw refuse(fault);
  return Object.freeze({ ...(manifest as unknown as Manifest), folder });
}

function faultOf(manifest: Record<string, unknown>, name: string): string | undefined {
  const unknown = Object.keys(manifest).find((key) => !(key in shapes));
  if (unknown !== undefined) return `the key "${unknown}" is unknown`;
  const wrong = Object.entries(shapes).find(([key, { shape, optional }]) => {
    const value = manifest[key];
    return !(isShape[shape](value) || (optional && value === undefined));
  });
  if (wrong !== undefined) {
    const [key, { shape }] = wrong;
    return `"${key}" has to be a ${shape}, not ${JSON.stringify(manifest[key])}`;
  }
  if (manifest['name'] !== name) return '"name" has to be the name of the folder';
  return inspectFault(manifest as unknown as Manifest);
}

function inspectFault({ inspect, waits }: Manifest): string | undefined {
  if (inspect === undefined) return undefined;
  if (waits !== true) return '"inspect" is for a loop that "waits"';
  const hasPort = inspect.some((word) => word.includes('{port}'));
  return hasPort ? undefined : '"inspect" has to say where the {port} goes';
}

function parseManifest(file: string, refuse: (why: string) => Error): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (thrown) {
    throw refuse(messageOf(thrown));
  }
}
