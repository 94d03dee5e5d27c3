import { statSync, writeSync } from 'node:fs';
import { relative } from 'node:path';

import { exampleAction } from '../paths.ts';
import type { Settings } from '../settings.ts';
import { openReadableLogs } from './readable-logs.ts';
import { Reload } from './reload.ts';
import { serve, StartError } from './serve.ts';
import type { Outside, Running } from './serve.ts';

const byDefault = '/ws';

/** Serves an action for a person: says where it is, shows its logs, and loads it anew when it changes. */
export async function dev(settings: Settings, outside: Outside): Promise<Running> {
  const path = settings.autoinit ?? exampleAction;
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new StartError(`There is no file and no folder ${path}.`);
  }
  const websocket = settings.websocket === '' ? byDefault : settings.websocket;
  const forDev = { ...settings, autoinit: undefined, allowReinit: true, logInitError: false };
  const running = await serve({ ...forDev, websocket }, outside, openReadableLogs);
  const main = settings.autoinitMain ?? 'main';
  const reload = new Reload({ action: running.action, path, main, say });
  await reload.load();
  const endWatch = await reload.watch();
  writeSync(1, banner(path, running.port, websocket));
  return {
    ...running,
    async stop(graceMs) {
      await endWatch();
      await running.stop(graceMs);
    },
  };
}

function say(line: string): void {
  writeSync(1, `dev │ ${line}\n`);
}

function banner(path: string, port: number, websocket: string): string {
  const url = `localhost:${port}`;
  return `
  polyglot-launcher serves ${relative(process.cwd(), path) || '.'} and loads it anew when it changes

    http://${url}/run    POST {"value": {…}}: one activation
    ws://${url}${websocket}     each message is one activation

  Try it:

    curl -d '{"value":{"name":"you"}}' http://${url}/run

  Its logs follow; Ctrl-C ends it.

`;
}
