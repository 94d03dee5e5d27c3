import { readFileSync, rmSync, writeSync } from 'node:fs';
import { extname, sep } from 'node:path';
import { isatty } from 'node:tty';

import { ActionZip } from '../code/action-zip.ts';
import { Delivery } from '../code/delivery.ts';
import { execEnvName } from '../code/exec-env.ts';
import { addExec, isOfExec, lacksExec } from '../code/exec-loop.ts';
import { Homes } from '../code/homes.ts';
import { readEnvironment } from '../code/payload.ts';
import type { Source } from '../code/source.ts';
import { openWorkshop } from '../code/workshop.ts';
import { actionEnvironment } from '../loop/environment.ts';
import type { Language } from '../manifest.ts';
import { readOwnLanguages } from '../own-languages.ts';
import { version } from '../paths.ts';
import { makePrivateFolder } from '../private-folder.ts';
import { SettingsError } from '../settings.ts';
import type { Environment, Settings } from '../settings.ts';

export interface CompileRequest {
  readonly main: string;
  /** JSON of the environment that compilers and installers see; undefined for none. */
  readonly env: string | undefined;
}

const stdin = 0;
const stdout = 1;
const stderr = 2;

/**
 * Builds ahead of time: sources or an archive on stdin, on stdout a zip that starts where no compiler is. Declared
 * dependencies are installed into it.
 * @throws SettingsError for bad use, LauncherError with what the compiler or installer printed
 */
export async function compileAction(
  request: CompileRequest,
  settings: Settings,
  signal: AbortSignal,
): Promise<void> {
  const { main } = request;
  const environment = environmentIn(request);
  const bytes = readStdin();
  const scratch = makePrivateFolder(settings.temporaryFolder);
  try {
    say('compiling');
    const delivery = openDelivery({ ...settings, install: true }, scratch);
    const asked = { main, environment, language: undefined };
    const { source } = await delivery.fromBytes(bytes, asked, signal);
    say(`packing ${source.language.name}`);
    const zip = await zipOf(source, settings.executionEnv ?? source.language.kind);
    await zip.writeTo(stdout);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function openDelivery(settings: Settings, scratch: string): Delivery {
  const ownVersion = version();
  const environmentOf = (language: Language): Environment =>
    actionEnvironment(settings, language, ownVersion);
  const report = (lines: string): void => void writeSync(stderr, lines);
  // What exec.env has to be is for this zip to say, and not to be checked in what comes in.
  const making = { ...settings, executionEnv: undefined };
  const common = { environmentOf, report, isAheadOfTime: true, scratch };
  const workshop = openWorkshop({ ...common, settings: making });
  const languages = readOwnLanguages(settings);
  const homes = new Homes(scratch);
  return new Delivery({ settings, languages, homes, isWatched: false, ...workshop });
}

async function zipOf(source: Source, executionEnv: string): Promise<ActionZip> {
  const { folder, entry, language } = source;
  const zip = new ActionZip();
  if (lacksExec(source)) {
    await addExec(zip, source);
    await zip.addFolder(folder, { isLeftOut: isOfExec });
  } else if (entry.startsWith(folder + sep)) {
    await zip.addFolder(folder);
  } else {
    await zip.addFolder(entry.slice(0, entry.lastIndexOf(sep)));
    // What lies beside the sources, the action may want to read.
    const { files, buildOnly = [] } = language;
    const isLeftOut = (name: string): boolean =>
      files.includes(extname(name)) || buildOnly.includes(name);
    await zip.addFolder(folder, { isLeftOut });
  }
  zip.addText(execEnvName, `${executionEnv}\n`);
  return zip;
}

function readStdin(): Buffer {
  if (isatty(stdin) || isatty(stdout)) {
    throw new SettingsError(
      'compile: expected the source or archive on stdin and a file as stdout, got a terminal',
    );
  }
  const bytes = readFileSync(stdin);
  if (bytes.length > 0) return bytes;
  throw new SettingsError('compile: expected the source or archive on stdin, got nothing');
}

function environmentIn({ env = '{}' }: CompileRequest): Environment {
  try {
    return readEnvironment(JSON.parse(env));
  } catch (cause) {
    throw new SettingsError(`--env: expected a JSON object, got ${env}`, { cause });
  }
}

/** Where a person looks on. */
function say(what: string): void {
  if (isatty(stderr)) writeSync(stderr, `${what} …\n`);
}
