import { rmSync } from 'node:fs';
import type { Server } from 'node:http';

import { Action } from './action.ts';
import { createApp } from './app.ts';
import { Delivery } from './code/delivery.ts';
import { Homes } from './code/homes.ts';
import { openWorkshop } from './code/workshop.ts';
import type { Journal } from './console/journal.ts';
import type { WebConsole } from './console/web-console.ts';
import type { Knative } from './http/knative.ts';
import type { Languages } from './languages.ts';
import { actionEnvironment } from './loop/environment.ts';
import type { LogLine, LogWish } from './loop/captured-logs.ts';
import type { LogSink } from './loop/logs.ts';
import { MemoryWatch } from './loop/memory.ts';
import { Pipes } from './loop/pipes.ts';
import { Starter } from './loop/starter.ts';
import type { Inspect } from './loop/starter.ts';
import type { Language } from './manifest.ts';
import type { Metrics } from './metrics/metrics.ts';
import { Observer } from './observer.ts';
import { readOwnLanguages } from './own-languages.ts';
import { version } from './paths.ts';
import { makePrivateFolder } from './private-folder.ts';
import { askedAs, SettingsError } from './settings.ts';
import type { Environment, Settings } from './settings.ts';
import type { WebSockets } from './ws/websockets.ts';

export interface Launcher {
  readonly action: Action;
  readonly languages: Languages;
  readonly logs: LogSink;
  /** Not listening yet. */
  readonly server: Server;
  /** What happened, if there is a console to show it. */
  readonly journal: Journal | undefined;
  readonly webConsole: WebConsole | undefined;
  readonly knative: Knative | undefined;
  /** Open if the settings say so. */
  readonly webSockets: WebSockets | undefined;
  /** Removes all that was written. Nothing may run any more. */
  readonly cleanUp: () => Promise<void>;
}

/** Where the logs of the action go; the console sees them as well, if there is one. */
export type OpenLogs = (pipes: Pipes, wish: LogWish) => LogSink | Promise<LogSink>;

/** What differs between the commands that serve. */
export interface Surroundings {
  readonly openLogs: OpenLogs;
  /** Is told of what no table foresees. */
  readonly onError: (thrown: unknown) => void;
  /** Whether the files of the action are watched, and loaded anew when they change. */
  readonly isWatched?: boolean;
  /** Where loops are to run under a debugger. */
  readonly inspect?: Inspect | undefined;
  /** Is told of a language that is prepared now, which takes its time. */
  readonly onPrepare?: ((language: Language) => void) | undefined;
}

/**
 * Puts the parts together.
 * @throws SettingsError for what can't be known before the languages are
 */
export async function compose(settings: Settings, surroundings: Surroundings): Promise<Launcher> {
  const languages = readOwnLanguages(settings);
  checkRoot(settings);
  const folder = makePrivateFolder(settings.temporaryFolder);
  const pipes = new Pipes(folder);
  const cleanUp = async (): Promise<void> => {
    await pipes.settled();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return await composeIn(folder, { settings, languages, pipes, cleanUp, ...surroundings });
  } catch (thrown) {
    await cleanUp();
    throw thrown;
  }
}

interface Parts extends Surroundings, Pick<Launcher, 'languages' | 'cleanUp'> {
  readonly settings: Settings;
  readonly pipes: Pipes;
}

async function composeIn(
  folder: string,
  { settings, languages, pipes, cleanUp, openLogs, onError, ...surroundings }: Parts,
): Promise<Launcher> {
  const { isWatched = false, inspect, onPrepare } = surroundings;
  const observer = settings.console || settings.metrics ? new Observer() : undefined;
  const journal = await openJournal(settings, observer);
  const tap = journal && ((line: LogLine): void => journal.line(line));
  const logs = await openLogs(pipes, { tap, workers: settings.workers });
  const ownVersion = version();
  const environmentOf = (language: Language): Environment =>
    actionEnvironment(settings, language, ownVersion);
  const { maxBodyBytes, waitForAck, allowConcurrent } = settings;
  const means = { pipes, maxLineBytes: maxBodyBytes };
  const report = (lines: string): void => logs.own.stdout.write(Buffer.from(lines));
  const making = { settings, environmentOf, report, isAheadOfTime: false };
  const workshop = openWorkshop({ ...making, scratch: folder, onPrepare });
  const { prepared } = workshop;
  const homes = new Homes(folder);
  const starter = new Starter({
    ...{ means, logs, waitForAck, allowConcurrent, inspect, prepared, homes },
    ...{ scratch: folder, environmentOf },
  });
  const delivery = new Delivery({ settings, languages, homes, isWatched, ...workshop });
  const memory = new MemoryWatch();
  const action = new Action({ settings, delivery, starter, logs, memory, observer });
  const webConsole = journal && (await openWebConsole(settings, action, journal));
  const metrics = await openMetrics(settings, action, observer);
  const knative = await openKnative(settings, action);
  const server = createApp({ action, maxBodyBytes, webConsole, metrics, knative, onError });
  return {
    action,
    languages,
    logs,
    server,
    journal,
    webConsole,
    knative,
    webSockets: await openWebSockets(settings, server, action, observer),
    cleanUp,
  };
}

async function openJournal(
  settings: Settings,
  observer: Observer | undefined,
): Promise<Journal | undefined> {
  if (!settings.console) return undefined;
  const journal = new (await import('./console/journal.ts')).Journal();
  observer?.on('activation', (ran) => journal.activation(ran));
  return journal;
}

async function openWebConsole(
  settings: Settings,
  action: Action,
  journal: Journal,
): Promise<WebConsole> {
  const { websocket, websocketToken: token } = settings;
  const library = await import('./console/web-console.ts');
  return new library.WebConsole({ action, journal, websocket, token, version: version() });
}

/** Who does not want metrics does not wait for their library either. */
async function openMetrics(
  settings: Settings,
  action: Action,
  observer: Observer | undefined,
): Promise<Metrics | undefined> {
  if (!settings.metrics || observer === undefined) return undefined;
  const library = await import('./metrics/metrics.ts');
  const { websocketToken: token } = settings;
  return new library.Metrics({ observer, action, token, version: version() });
}

async function openKnative(settings: Settings, action: Action): Promise<Knative | undefined> {
  if (settings.runtimePlatform !== 'knative') return undefined;
  return new (await import('./http/knative.ts')).Knative(settings, action);
}

/** Who does not want WebSockets does not wait for their library either. */
async function openWebSockets(
  settings: Settings,
  server: Server,
  action: Action,
  observer: Observer | undefined,
): Promise<WebSockets | undefined> {
  const { websocket: path, websocketOrigin: origins, websocketToken: token } = settings;
  if (path === '') return undefined;
  const library = await import('./ws/websockets.ts');
  const door = { path, origins, token };
  return new library.WebSockets(server, {
    door,
    action,
    observer,
    maxMessageBytes: settings.maxBodyBytes,
  });
}

/** Two can't have the path `/`. */
function checkRoot(settings: Settings): void {
  if (settings.runtimePlatform !== 'knative' || !settings.console) return;
  const setting = askedAs(settings, 'OW_CONSOLE');
  const asked = JSON.stringify(settings.environment['OW_CONSOLE']);
  throw new SettingsError(`${setting}: expected 0, for on knative / is the action's, got ${asked}`);
}
