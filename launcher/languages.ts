import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

import { familyOf } from './code/exec-env.ts';
import { LauncherError } from './errors.ts';
import { executableKind } from './loop/executable.ts';
import { readManifest } from './manifest.ts';
import type { Language } from './manifest.ts';

/** All languages, frozen. */
export class Languages {
  readonly all: readonly Language[];

  constructor(all: readonly Language[]) {
    this.all = Object.freeze(all);
  }

  /**
   * Reads `folder/<name>/language.json` of every language.
   * @throws Error naming the manifest and the key that is unknown, missing or of the wrong type
   */
  static read(folder: string): Languages {
    const names = readdirSync(folder).filter((name) =>
      existsSync(join(folder, name, 'language.json')),
    );
    return new Languages(names.sort().map((name) => readManifest(join(folder, name), name)));
  }

  /** @throws LauncherError unknown-language, listing the known ones */
  named(name: string): Language {
    const found = this.all.find((language) => language.name === name);
    if (found) return found;
    const known = this.all.map((language) => language.name).join(', ');
    throw new LauncherError(
      'unknown-language',
      `The language "${name}" is not known; known are ${known}.`,
    );
  }

  /** The one in which any executable is an action. */
  ofExecutables(): Language {
    const found = this.all.find((language) => language.executables);
    if (found === undefined) throw new Error('No language of languages/ has "executables": true.');
    return found;
  }

  /** The one that code was made for, as its `exec.env` says: a kind, of whatever version. */
  ofKind(kind: string | undefined): Language | undefined {
    // Those in which any executable is an action made none.
    const makers = this.all.filter(({ build, start }) => build !== undefined || start.length > 0);
    return makers.find((one) => kind !== undefined && familyOf(one.kind) === familyOf(kind));
  }

  /** Told by one file: its ending, else a `#!` line or what an executable is. */
  ofFile(name: string, start: Buffer, isSet: IsSet): Language | undefined {
    const ending = extname(name);
    return (
      this.#claimingAll(isSet) ??
      this.all.find((language) => ending !== '' && language.files.includes(ending)) ??
      this.#ofExecutable(start, isSet)
    );
  }

  /**
   * Told by the names at the root of a folder.
   * @throws LauncherError unknown-language where two languages fit
   */
  ofFolder(names: readonly string[], isSet: IsSet): Language | undefined {
    const fitting = this.all.filter((one) => one.entries.some((entry) => names.includes(entry)));
    const claiming = fitting.filter((one) => one.claimedBy && isSet(one.claimedBy));
    const candidates = claiming.length > 0 ? claiming : fitting.filter((one) => !one.claimedBy);
    const claimingAll = this.#claimingAll(isSet);
    if (claimingAll || candidates.length < 2) return claimingAll ?? candidates[0];
    const both = candidates
      .map((one) => `${one.name} (${entryIn(one, names) ?? ''})`)
      .join(' and ');
    throw new LauncherError(
      'unknown-language',
      `Two languages fit: ${both}. Say which with OW_LANGUAGE or value.language.`,
    );
  }

  #ofExecutable(start: Buffer, isSet: IsSet): Language | undefined {
    if (executableKind(start) === undefined) return undefined;
    const interpreter = interpreterOf(start);
    return (
      this.all.find((one) => one.claimedBy && isSet(one.claimedBy)) ??
      this.all.find((one) => interpreter && one.interpreters?.includes(interpreter)) ??
      this.ofExecutables()
    );
  }

  #claimingAll(isSet: IsSet): Language | undefined {
    return this.all.find((one) => one.claimsAllBy && isSet(one.claimsAllBy));
  }
}

/** Tells whether one of these settings is set. */
export type IsSet = (settings: readonly string[]) => boolean;

/** The entry file of a language among the names at the root of a folder. */
export function entryIn(language: Language, names: readonly string[]): string | undefined {
  const entries = [...language.entries, ...(language.otherEntries ?? [])];
  return entries.find((entry) => names.includes(entry));
}

/** The program of a `#!` line: `bash` for `#!/bin/bash` and for `#!/usr/bin/env bash`. */
function interpreterOf(start: Buffer): string | undefined {
  const line = /^#!\s*([^\n]*)/.exec(start.toString())?.[1] ?? '';
  const words = line.trim().split(/\s+/);
  const program = basename(words[0] ?? '');
  return program === 'env' ? words.slice(1).find((word) => !word.startsWith('-')) : program;
}
