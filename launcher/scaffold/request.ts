import { extname } from 'node:path';

import { versionOf } from '../commands/languages.ts';
import { Languages } from '../languages.ts';
import { languagesFolder } from '../paths.ts';
import { SettingsError } from '../settings.ts';
import type { Blueprint } from './blueprint.ts';

/** The command line of `new-language`. */
export interface LanguageRequest {
  readonly name: string;
  readonly run?: string;
  readonly actions?: string;
  readonly comment?: string;
  readonly package?: string;
  readonly kind?: string;
  readonly versionCommand?: string;
}

const needed = {
  run: "--run, the command that runs an action's file, such as 'tclsh'",
  actions: '--actions, a folder with hello.ENDING and echo.ENDING in the language',
  comment: '--comment, what makes the rest of a line a comment',
} as const;
const keys = Object.keys(needed) as (keyof Complete)[];

/** A shell that stands in for a language of which nothing is said but its name. */
const stub = { run: 'sh', comment: '#', versionCommand: 'echo 0.1' } as const;

/** What was asked for, with what a stub brings where it is to be one. */
export type CompleteRequest = LanguageRequest & Complete & { readonly isStub: boolean };

/**
 * @param stubActions the folder of what a stub's `--actions` would be
 * @throws SettingsError naming the name that can't be, or all options that are missing
 */
export function completed(request: LanguageRequest, stubActions: string): CompleteRequest {
  const isStub = keys.every((key) => request[key] === undefined);
  const asked = isStub ? { ...stub, actions: stubActions, ...request } : request;
  assertComplete(asked);
  return { ...asked, isStub };
}

/**
 * @param ending of the files of `--actions`
 * @throws SettingsError for what is missing, wrong, or taken by another language
 */
export async function readRequest(request: CompleteRequest, ending: string): Promise<Blueprint> {
  const { name, run, comment, isStub } = request;
  const version = versionWords(request);
  const found = await versionOf({ version }).catch(() => undefined);
  if (found === undefined) {
    const printed = `"${version.join(' ')}" to print a version`;
    throw new SettingsError(`--version-command: expected a command, since ${printed} failed here`);
  }
  const kind =
    request.kind ?? `${name.replaceAll('-', '')}:${/^\d+\.\d+/.exec(found)?.[0] ?? found}`;
  const debian = request.package ?? '';
  const blueprint = { name, kind, run, comment, package: debian, version, ending, isStub };
  refuseTaken(blueprint);
  return blueprint;
}

interface Complete {
  readonly run: string;
  readonly actions: string;
  readonly comment: string;
}

function assertComplete(request: LanguageRequest): asserts request is LanguageRequest & Complete {
  const { name } = request;
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    const got = JSON.stringify(name);
    throw new SettingsError(`new-language: expected a name of a-z, 0-9 and -, got ${got}`);
  }
  const missing = keys.filter((key) => !request[key]?.trim());
  if (missing.length === 0) return;
  const options = missing.map((key) => needed[key]).join('; ');
  throw new SettingsError(`new-language: expected also ${options}`);
}

/** What a shell has to read is left to one. */
function versionWords({ run = '', versionCommand }: LanguageRequest): readonly string[] {
  const command = versionCommand ?? `${run.trim().split(/\s+/)[0] ?? ''} --version`;
  return /["'|;&$<>(){}\\`*?]/.test(command) ? ['sh', '-c', command] : command.split(/\s+/);
}

function refuseTaken({ name, kind, ending }: Blueprint): void {
  if (!/^[a-z0-9]+:[a-z0-9._-]+$/i.test(kind)) {
    throw new SettingsError(
      `--kind: expected one such as ${name}:1.0, got ${JSON.stringify(kind)}`,
    );
  }
  for (const other of Languages.read(languagesFolder).all) {
    const taken = takenBy(other, { name, kind, ending });
    if (taken === undefined) continue;
    throw new SettingsError(`new-language: ${taken} is there already, in languages/${other.name}`);
  }
}

function takenBy(
  other: { readonly name: string; readonly kind: string; readonly files: readonly string[] },
  { name, kind, ending }: Pick<Blueprint, 'name' | 'kind' | 'ending'>,
): string | undefined {
  if (other.name === name) return `the language ${name}`;
  if (other.kind.split(':')[0] === kind.split(':')[0])
    return `a kind of ${kind.split(':')[0] ?? ''}`;
  return other.files.includes(extname(`x${ending}`)) ? `the ending ${ending}` : undefined;
}
