import { existsSync, readdirSync, rmSync } from 'node:fs';
import { extname, join } from 'node:path';

import type { Action } from '../action.ts';
import { preparedFolder } from '../code/prepared.ts';
import { versionOf } from '../commands/languages.ts';
import { compose } from '../compose.ts';
import { messageOf } from '../errors.ts';
import { openCapturedLogs } from '../loop/captured-logs.ts';
import type { LogSink } from '../loop/logs.ts';
import { Pipes } from '../loop/pipes.ts';
import type { Language } from '../manifest.ts';
import { examplesFolder } from '../paths.ts';
import { makePrivateFolder } from '../private-folder.ts';
import { readActivation } from '../protocol/activation.ts';
import type { Settings } from '../settings.ts';
import { shutDown } from '../shutdown.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { absent, broken, ok } from './finding.ts';
import type { Finding } from './finding.ts';

/**
 * Looks for what languages need, and lets the example of each answer one real activation.
 * @param settings of the server that is to be: a language that they name is needed
 * @throws the signal's reason
 */
export async function checkLanguages(
  languages: readonly Language[],
  settings: Settings,
  signal: AbortSignal,
): Promise<Finding[]> {
  const folder = makePrivateFolder(settings.temporaryFolder);
  const pipes = new Pipes(folder);
  try {
    // What examples print is not what was asked for.
    const format = (): Buffer => Buffer.alloc(0);
    const logs = await openCapturedLogs(pipes, {
      ...{ format, sentinels: false, tap: undefined },
      workers: 1,
    });
    const findings: Finding[] = [];
    for (const language of languages) {
      findings.push(await checkLanguage(language, settings, logs, signal));
      signal.throwIfAborted();
    }
    return findings;
  } finally {
    await pipes.settled();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkLanguage(
  language: Language,
  settings: Settings,
  logs: LogSink,
  signal: AbortSignal,
): Promise<Finding> {
  const { name } = language;
  const hint = isPrepared(language, settings)
    ? ''
    : `; polyglot-launcher prepare ${name} makes its first init fast`;
  let found: string | undefined;
  try {
    found = await versionOf(language);
    if (found === undefined) return notInstalled(language, settings);
    const path = exampleOf(language);
    if (path === undefined) return absent(name, `${found}; there is no example to try it with`);
    const took = await activate(path, { ...settings, language: name }, logs, signal);
    return ok(name, `${found}; ${took}${hint}`);
  } catch (thrown) {
    const said = [found, messageOf(thrown).trimEnd()].filter((one) => one !== undefined);
    return broken(name, `${said.join('; ')}${hint}`);
  }
}

function notInstalled({ name, package: debian }: Language, settings: Settings): Finding {
  const remedy = `not installed: apt-get install ${debian}`;
  return settings.language === name ? broken(name, remedy) : absent(name, remedy);
}

/** Whether nothing has to be made before its first action. */
function isPrepared(language: Language, { buildCache }: Settings): boolean {
  return (
    language.prepare === undefined ||
    buildCache !== undefined ||
    existsSync(preparedFolder(language))
  );
}

/** `hello.rb`, `Hello.java`, or the folder `hello-native`. */
function exampleOf({ name, files }: Language): string | undefined {
  const found = readdirSync(examplesFolder).find((file) => {
    const isFile = /^hello\./i.test(file) && files.includes(extname(file));
    return isFile || file === `hello-${name}`;
  });
  return found && join(examplesFolder, found);
}

/** @returns how long init and run took; @throws whatever either did */
async function activate(
  path: string,
  settings: Settings,
  logs: LogSink,
  signal: AbortSignal,
): Promise<string> {
  const trial = {
    ...settings,
    autoinit: undefined,
    stub: undefined,
    websocket: '',
    console: false,
    workers: 1,
    // Nobody sees the logs.
    logInitError: false,
    metrics: false,
  };
  const launcher = await compose(trial, { openLogs: () => logs, onError: () => undefined });
  try {
    return await unlessAborted(answer(launcher.action, path), signal);
  } finally {
    await shutDown(launcher, 0);
  }
}

async function answer(action: Action, path: string): Promise<string> {
  const begun = performance.now();
  await action.initFrom(path, 'main');
  const initialised = performance.now();
  const body = Buffer.from('{"value":{"name":"doctor"}}');
  const result = String(await action.run(() => readActivation(body)));
  const ended = performance.now();
  const { greeting } = JSON.parse(result) as { readonly greeting?: unknown };
  if (greeting !== 'Hello doctor!') throw new Error(`its example answered ${result}`);
  return `init ${milliseconds(begun, initialised)}, run ${milliseconds(initialised, ended)}`;
}

function milliseconds(from: number, to: number): string {
  return `${(to - from).toFixed(to - from < 10 ? 1 : 0)} ms`;
}
