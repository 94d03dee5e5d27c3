import { versionOf } from '../commands/languages.ts';
import { messageOf } from '../errors.ts';
import { Languages } from '../languages.ts';
import type { Language } from '../manifest.ts';
import { languagesFolder, program } from '../paths.ts';
import { SettingsError } from '../settings.ts';
import type { Environment, Settings } from '../settings.ts';
import { containerServers, languageOf } from './container-servers.ts';
import type { Outcome } from './judge.ts';
import { runOnOneServer } from './one-server.ts';
import { withPrepared } from './prepared-once.ts';
import { processServers } from './process-servers.ts';
import type { Servers } from './servers.ts';
import { runSuite } from './suite.ts';
import type { Suite } from './suite.ts';

/** What is to be tried, as the command line says it. */
export interface TargetRequest {
  readonly language?: string;
  readonly image?: string;
  readonly url?: string;
  readonly command?: string;
  /** Where the command listens, if it does not look at `PORT`. */
  readonly port?: string;
}

export interface Target {
  /** e.g. `image polyglot-launcher-python` */
  readonly name: string;
  readonly language: Language;
  /** Whether it is this launcher itself. */
  readonly isOurs: boolean;
  readonly readsLogs: boolean;
  run(suite: Suite): Promise<Outcome[]>;
}

/** Apache's own suite waits so long before it reads logs, to see sentinels that are too many. */
const foreignSettlingMs = 100;
/** What would give the server an action of its own. */
const noAction: Environment = { OW_AUTOINIT: '', OW_STUB: '' };

/**
 * @throws SettingsError for bad use, Error for an image or interpreter that this machine lacks
 */
export async function findTarget(request: TargetRequest, settings: Settings): Promise<Target> {
  const { image, url, command, port } = request;
  if ([image, url, command].filter((one) => one !== undefined).length > 1) {
    throw new SettingsError('conform: expected one of --image, --url and --command, got several');
  }
  if (port !== undefined && command === undefined) {
    throw new SettingsError('--port: expected it with --command alone');
  }
  if (image !== undefined) return imageTarget(image, request);
  const language = languageNamed(request.language);
  if (url !== undefined) return urlTarget(url, language);
  if (command !== undefined) return commandTarget(command, port, language, settings);
  return languageTarget(language, settings);
}

async function imageTarget(image: string, { language }: TargetRequest): Promise<Target> {
  // Asked also where nobody needs the answer: it fails where the image or docker is missing.
  const own = await languageOf(image);
  return started(`image ${image}`, languageNamed(language ?? own), containerServers(image));
}

function urlTarget(url: string, language: Language): Target {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new SettingsError(`--url: expected an http or https URL, got ${JSON.stringify(url)}`);
  }
  const run = (suite: Suite): Promise<Outcome[]> => runOnOneServer(suite, new URL(url));
  return { name: `url ${url}`, language, isOurs: false, readsLogs: false, run };
}

function commandTarget(
  command: string,
  port: string | undefined,
  language: Language,
  { environment, temporaryFolder }: Settings,
): Target {
  const servers = processServers({
    argv: ['sh', '-c', command],
    environment,
    port: port === undefined ? undefined : portOf(port),
    temporaryFolder,
    settlingMs: foreignSettlingMs,
  });
  return started(`command ${command}`, language, servers);
}

async function languageTarget(language: Language, settings: Settings): Promise<Target> {
  const { name } = language;
  if ((await versionOf(language)) === undefined) {
    throw new Error(`${name} is not installed: apt-get install ${language.package}`);
  }
  const run = (suite: Suite): Promise<Outcome[]> =>
    withPrepared(language, settings, suite.signal, (found) =>
      runSuite(suite, ownServers(name, settings, found)),
    );
  return { name: `language ${name}`, language, isOurs: true, readsLogs: true, run };
}

function ownServers(
  name: string,
  { environment, temporaryFolder }: Settings,
  found: Environment,
): Servers {
  return processServers({
    argv: [process.execPath, program],
    environment: { ...environment, ...noAction, ...found, OW_LANGUAGE: name, HOST: '127.0.0.1' },
    port: undefined,
    temporaryFolder,
    settlingMs: 0,
  });
}

function started(name: string, language: Language, servers: Servers): Target {
  const run = (suite: Suite): Promise<Outcome[]> => runSuite(suite, servers);
  return { name, language, isOurs: false, readsLogs: true, run };
}

function languageNamed(name: string | undefined): Language {
  if (name === undefined) {
    throw new SettingsError('--language: expected the language of what is tried, got nothing');
  }
  try {
    return Languages.read(languagesFolder).named(name);
  } catch (thrown) {
    throw new SettingsError(`--language: ${messageOf(thrown)}`, { cause: thrown });
  }
}

function portOf(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new SettingsError(
    `--port: expected a TCP port from 1 to 65535, got ${JSON.stringify(text)}`,
  );
}
