import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import type { Action } from '../action.ts';
import { checkStub, stubSource } from '../code/stub.ts';
import { compose } from '../compose.ts';
import type { Launcher, OpenLogs, Surroundings } from '../compose.ts';
import type { Journal } from '../console/journal.ts';
import { messageOf } from '../errors.ts';
import { warmUp } from '../http/warm-up.ts';
import { openRawLogs } from '../loop/logs.ts';
import type { Settings } from '../settings.ts';
import { shutDown } from '../shutdown.ts';

/** A server that listens. */
export interface Running {
  readonly port: number;
  readonly action: Action;
  readonly journal: Journal | undefined;
  readonly stop: Stop;
}

/** Lets what runs end within the grace, and leaves no process and no file behind. */
export type Stop = (graceMs: number) => Promise<void>;

/** What the world outside of the process is for a command. */
export interface Outside {
  /** Diagnostics. */
  readonly onError: (thrown: unknown) => void;
  /** Is told how to stop as soon as there is something to stop, long before the port is open. */
  readonly onStoppable: (stop: Stop) => void;
}

/** A reason to end with exit code 1 and one line on stderr. */
export class StartError extends Error {
  override name = 'StartError';
}

/**
 * Serves one action. Silent: stdout and stderr belong to the action.
 * @throws SettingsError, StartError
 */
export async function serve(
  settings: Settings,
  outside: Outside,
  surroundings: Partial<Surroundings> = {},
): Promise<Running> {
  const onError = (thrown: unknown): void => outside.onError(thrown);
  const launcher = await compose(settings, {
    openLogs: logsOf(settings),
    onError,
    ...surroundings,
  });
  const stop: Stop = (graceMs) => shutDown(launcher, graceMs);
  outside.onStoppable(stop);
  try {
    await prepare(launcher, settings);
    await listen(launcher, settings);
  } catch (thrown) {
    await stop(0);
    throw thrown;
  }
  launcher.action.warm();
  warmUp(launcher.server, launcher.knative === undefined ? '/init' : '/');
  const { port } = launcher.server.address() as AddressInfo;
  const { action, journal } = launcher;
  return { port, action, journal, stop };
}

function logsOf({ logFormat, console: isSeen, workers }: Settings): OpenLogs {
  if (logFormat === 'json') {
    return async (pipes, wish) => (await import('../loop/json-logs.ts')).openJsonLogs(pipes, wish);
  }
  if (!isSeen && workers === 1) return openRawLogs;
  return async (pipes, wish) => (await import('../loop/plain-logs.ts')).openPlainLogs(pipes, wish);
}

async function prepare(launcher: Launcher, settings: Settings): Promise<void> {
  const { action, languages, knative } = launcher;
  const { autoinit, autoinitMain, stub } = settings;
  if (stub !== undefined) {
    checkStub(stub);
    await action.serveStub(stubSource(stub, languages, settings.language));
  }
  if (autoinit !== undefined) {
    const main = autoinitMain ?? 'main';
    await mustStart(`OW_AUTOINIT ${autoinit}`, action.initFrom(autoinit, main));
  }
  if (knative?.isDedicated) await mustStart('__OW_ACTION_CODE', knative.initFromEnvironment());
}

async function mustStart(what: string, starting: Promise<void>): Promise<void> {
  try {
    await starting;
  } catch (cause) {
    throw new StartError(`${what}: ${detailOf(cause)}`, { cause });
  }
}

/** The detail of a failed init, also where the client would get a fixed sentence. */
function detailOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause === undefined ? messageOf(thrown) : messageOf(cause);
}

async function listen({ server }: Launcher, { port, host }: Settings): Promise<void> {
  try {
    server.listen({ port, ...(host === undefined ? {} : { host }) });
    await once(server, 'listening');
  } catch (cause) {
    throw new StartError(`PORT ${port}: ${messageOf(cause)}`, { cause });
  }
}
