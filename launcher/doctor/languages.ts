import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';

import { versionOf } from '../commands/languages.ts';
import { compose } from '../compose.ts';
import type { OpenLogs } from '../compose.ts';
import { messageOf } from '../errors.ts';
import { openCapturedLogs } from '../loop/captured-logs.ts';
import type { Language } from '../manifest.ts';
import { examplesFolder } from '../paths.ts';
import { readActivation } from '../protocol/activation.ts';
import type { Settings } from '../settings.ts';
import { shutDown } from '../shutdown.ts';
import { absent, broken, ok } from './finding.ts';
import type { Finding } from './finding.ts';

/**
 * Looks for what a language needs, and lets its example answer one real activation.
 * @param settings of the server that is to be: a language that they name is needed
 */
export async function checkLanguage(language: Language, settings: Settings): Promise<Finding> {
  const { name } = language;
  const isNeeded = settings.language === name;
  const version = await versionOf(language);
  if (version === 'not installed') {
    const remedy = `not installed: apt-get install ${language.package}`;
    return isNeeded ? broken(name, remedy) : absent(name, remedy);
  }
  const path = exampleOf(language);
  if (path === undefined) return absent(name, `${version}; there is no example to try it with`);
  try {
    return ok(name, `${version}; ${await activate(path, { ...settings, language: name })}`);
  } catch (thrown) {
    return broken(name, `${version}; ${messageOf(thrown)}`);
  }
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
async function activate(path: string, settings: Settings): Promise<string> {
  const trial = {
    ...settings,
    autoinit: undefined,
    stub: undefined,
    websocket: '',
    console: false,
  };
  const launcher = await compose(trial, { openLogs: openNoLogs, onError: () => undefined });
  try {
    const begun = performance.now();
    await launcher.action.initFrom(path, 'main');
    const initialised = performance.now();
    const activation = readActivation(Buffer.from('{"value":{"name":"doctor"}}'));
    const result = String(await launcher.action.run(activation));
    const ended = performance.now();
    const { greeting } = JSON.parse(result) as { readonly greeting?: unknown };
    if (greeting !== 'Hello doctor!') throw new Error(`its example answered ${result}`);
    return `init ${milliseconds(begun, initialised)}, run ${milliseconds(initialised, ended)}`;
  } finally {
    await shutDown(launcher, 0);
  }
}

/** What examples print is not what was asked for. */
const openNoLogs: OpenLogs = (pipes, wish) =>
  openCapturedLogs(pipes, { ...wish, format: () => Buffer.alloc(0), sentinels: false });

function milliseconds(from: number, to: number): string {
  return `${(to - from).toFixed(to - from < 10 ? 1 : 0)} ms`;
}
