import { writeSync } from 'node:fs';

import type { Asked } from './commands/program.ts';
import { serve } from './commands/serve.ts';
import type { Outside, Running, Stop } from './commands/serve.ts';
import { messageOf } from './errors.ts';
import { version } from './paths.ts';
import { processEnvironment, readSettings, SettingsError } from './settings.ts';
import type { Settings } from './settings.ts';

const exitCodes = { done: 0, failed: 1, badUse: 2 };
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** The command line is looked at only if there is one: an image starts `serve` by saying nothing. */
async function main(argv: readonly string[]): Promise<void> {
  // Node prints warnings on stderr, and that is the action's.
  process.removeAllListeners('warning');
  const asked: Asked =
    argv.length === 0
      ? { name: 'serve', given: {} }
      : (await import('./commands/program.ts')).parseCommandLine(argv, version());
  switch (asked.name) {
    case 'serve':
      await keepRunning(readSettings(processEnvironment(), asked.given), serve);
      break;
    case 'dev': {
      const { dev } = await import('./commands/dev.ts');
      const { given, inspect } = asked;
      const start: typeof serve = (settings, outside) => dev(settings, outside, inspect);
      await keepRunning(readSettings(processEnvironment(), given), start);
      break;
    }
    case 'languages': {
      const { languagesTable } = await import('./commands/languages.ts');
      print(`${await languagesTable()}\n`);
      break;
    }
    case 'compile': {
      const { compileAction } = await import('./commands/compile.ts');
      const settings = readSettings(processEnvironment(), asked.given);
      await untilSignal((signal) => compileAction(asked.request, settings, signal));
      break;
    }
    case 'prepare': {
      const { prepareLanguages } = await import('./commands/prepare.ts');
      const settings = readSettings(processEnvironment());
      print(
        `${await untilSignal((signal) => prepareLanguages(asked.languages, settings, signal))}\n`,
      );
      break;
    }
    case 'print':
      print(asked.text);
  }
}

/** For what ends by itself: a signal ends its tools and removes its files, and that is a failure. */
async function untilSignal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  for (const signal of signals) {
    process.on(signal, () => stop.abort(new Error(`ended by ${signal}`)));
  }
  return work(stop.signal);
}

/** The first signal ends it as softly as the grace allows, the second at once. */
async function keepRunning(
  settings: Settings,
  start: (settings: Settings, outside: Outside) => Promise<Running>,
): Promise<void> {
  let isStopping = false;
  const { promise: stoppable, resolve: onStoppable } = withResolvers<Stop>();
  const stop = (graceMs: number, exitCode: number): void => {
    isStopping = true;
    void stoppable.then((end) => end(graceMs)).finally(() => process.exit(exitCode));
  };
  for (const signal of signals) {
    process.on(signal, () => stop(isStopping ? 0 : settings.graceMs, exitCodes.done));
  }
  process.on('uncaughtException', (thrown) => {
    complain(thrown.stack ?? thrown.message);
    stop(0, exitCodes.failed);
  });
  const onError = (thrown: unknown): void => {
    if (settings.debug) complain(messageOf(thrown));
  };
  await start(settings, { onError, onStoppable }).catch((thrown: unknown) => {
    // What a signal interrupted has not failed.
    if (!isStopping) throw thrown;
  });
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

function print(text: string): void {
  writeSync(1, text);
}

function complain(line: string): void {
  writeSync(2, `polyglot-launcher: ${line}\n`);
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  complain(messageOf(thrown));
  process.exit(thrown instanceof SettingsError ? exitCodes.badUse : exitCodes.failed);
});
