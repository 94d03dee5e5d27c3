import { writeSync } from 'node:fs';
import { extname, relative } from 'node:path';

import { exampleAction } from '../paths.ts';
import type { Settings } from '../settings.ts';
import { openReadableLogs } from './readable-logs.ts';
import { serve } from './serve.ts';
import type { Outside, Running } from './serve.ts';

/** Serves an action for a person: says where it is, and shows its logs line by line. */
export async function dev(settings: Settings, outside: Outside): Promise<Running> {
  const path = settings.autoinit ?? exampleAction;
  const running = await serve({ ...settings, autoinit: path }, outside, openReadableLogs);
  writeSync(1, banner(path, running.port));
  return running;
}

function banner(path: string, port: number): string {
  const shown = relative(process.cwd(), path) || '.';
  const url = `http://localhost:${port}`;
  return `
  polyglot-launcher serves ${shown}${extname(shown) === '' ? ' (a folder)' : ''}

    ${url}/run           POST {"value": {…}}: one activation
    ${url}/health/ready  whether it can take one

  Try it:

    curl -d '{"value":{"name":"you"}}' ${url}/run

  Its logs follow; Ctrl-C ends it.

`;
}
