import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Languages } from '../languages.ts';
import { executableKind, mayExecute, startOf } from '../loop/executable.ts';
import { loopsItself } from '../manifest.ts';
import { SettingsError } from '../settings.ts';
import type { Delivered } from './delivery.ts';
import type { Source } from './source.ts';

/** @throws SettingsError for a path that can't be a stub */
export function checkStub(path: string): void {
  if (mayExecute(path) && executableKind(startOf(path)) !== undefined) return;
  throw new SettingsError(`OW_STUB: expected an executable file, got ${JSON.stringify(path)}`);
}

/** The executable that stands in until code comes (`OW_STUB`): it is run anew each time, or loops if its language does. */
export function stubSource(path: string, languages: Languages, asked: string | undefined): Source {
  const named = asked === undefined ? undefined : languages.named(asked);
  const language = named !== undefined && loopsItself(named) ? named : languages.ofExecutables();
  const folder = dirname(path);
  return { language, folder, entry: path, main: 'main', inline: false, environment: {} };
}

/**
 * What the Docker skeleton does with code: it is laid over the folder of the stub and runs there, and what it does
 * not bring stays. Where that folder can't be written to the code runs where it is.
 */
export async function layOver(placed: Delivered, stub: Source): Promise<Delivered> {
  if (!(await isWritable(stub.folder))) return { ...placed, source: runnable(placed.source) };
  try {
    await fs.cp(placed.source.folder, stub.folder, { recursive: true, verbatimSymlinks: true });
  } finally {
    await placed.discard();
  }
  return { source: runnable(stub), discard: () => Promise.resolve() };
}

/** The skeleton does not look at what it gets before it runs it: the failure is the activation's. */
function runnable(source: Source): Source {
  if (executableKind(startOf(source.entry)) !== undefined) return source;
  const complaint = 'echo "error: $0 is neither an ELF executable nor a script with a #! line"';
  return { ...source, command: ['sh', '-c', complaint, source.entry] };
}

async function isWritable(folder: string): Promise<boolean> {
  return fs.access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}
