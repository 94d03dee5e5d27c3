import { statSync, writeSync } from 'node:fs';
import { join, relative } from 'node:path';

import type { Journal } from '../console/journal.ts';
import { exampleAction } from '../paths.ts';
import type { Environment, Settings } from '../settings.ts';
import { inspectEach } from './inspect.ts';
import { openReadableLogs } from './readable-logs.ts';
import { Reload } from './reload.ts';
import type { Say } from './reload.ts';
import { serve, StartError } from './serve.ts';
import type { Outside, Running } from './serve.ts';

const byDefault = '/ws';

/** What dev has, and serve only if asked. */
interface Seen {
  readonly websocket: string;
  readonly console: boolean;
  readonly metrics: boolean;
}

/**
 * Serves an action for a person: says where it is, shows its logs, and loads it anew when it changes.
 * @param isInspected whether it runs under its language's debugger
 */
export async function dev(
  settings: Settings,
  outside: Outside,
  isInspected: boolean,
): Promise<Running> {
  const path = settings.autoinit ?? exampleAction;
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new StartError(`There is no file and no folder ${path}.`);
  }
  const websocket = settings.websocket === '' ? byDefault : settings.websocket;
  const forDev = {
    ...settings,
    ...{ autoinit: undefined, stub: undefined, allowReinit: true, logInitError: false },
    runtimePlatform: 'openwhisk' as const,
    buildCache: settings.buildCache ?? userCache(settings.environment),
  };
  const seen = {
    websocket,
    console: settings.console ?? true,
    metrics: settings.metrics ?? true,
  };
  let journal: Journal | undefined = undefined;
  const say: Say = (line, kind) => {
    writeSync(1, `dev │ ${line}\n`);
    journal?.note(line, kind);
  };
  const running = await serve({ ...forDev, ...seen }, outside, {
    openLogs: openReadableLogs,
    isWatched: true,
    inspect: isInspected ? inspectEach((line) => say(line, 'news')) : undefined,
    onPrepare: ({ name }) => say(`preparing ${name}, which is done once`, 'news'),
  });
  journal = running.journal;
  const main = settings.autoinitMain ?? 'main';
  const reload = new Reload({ action: running.action, path, main, say });
  await reload.watch();
  await reload.load();
  if (running.action.state !== 'draining') writeSync(1, banner(path, running.port, seen));
  return running;
}

/** Where a person's programs keep what they can make again (XDG Base Directory Specification). */
function userCache({ XDG_CACHE_HOME, HOME }: Environment): string | undefined {
  const caches = XDG_CACHE_HOME ?? (HOME === undefined ? undefined : join(HOME, '.cache'));
  return caches === undefined ? undefined : join(caches, 'polyglot-launcher');
}

function banner(path: string, port: number, seen: Seen): string {
  const url = `localhost:${port}`;
  const console = seen.console ? `    http://${url}/       the console, in a browser\n` : '';
  const metrics = seen.metrics ? `    http://${url}/metrics  for Prometheus\n` : '';
  return `
  polyglot-launcher serves ${relative(process.cwd(), path) || '.'} and loads it anew when it changes

${console}    http://${url}/run    POST {"value": {…}}: one activation
    ws://${url}${seen.websocket}     each message is one activation
${metrics}
  Try it:

    curl -d '{"value":{"name":"you"}}' http://${url}/run

  Its logs follow; Ctrl-C ends it.

`;
}
