import { writeSync } from 'node:fs';

import type { Host, Start } from './commands/host.ts';
import type { Run } from './commands/program.ts';
import { serve } from './commands/serve.ts';
import type { Stop } from './commands/serve.ts';
import { messageOf } from './errors.ts';
import { version } from './paths.ts';
import { processEnvironment, readSettings, SettingsError } from './settings.ts';
import type { Settings } from './settings.ts';

const exitCodes = { done: 0, failed: 1, badUse: 2 };
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

const host: Host = {
  settings: (given) => readSettings(processEnvironment(), given),
  print: (text) => writeAll(1, text),
  keepRunning,
  untilSignal,
};

/** The command line is looked at only if there is one: an image starts `serve` by saying nothing. */
async function main(argv: readonly string[]): Promise<void> {
  // Node prints warnings on stderr, and that is the action's.
  process.removeAllListeners('warning');
  const run: Run =
    argv.length === 0
      ? () => keepRunning(host.settings({}), serve)
      : (await import('./commands/program.ts')).parseCommandLine(argv, version());
  const exitCode = await run(host);
  if (exitCode !== undefined) process.exit(exitCode);
}

async function keepRunning(settings: Settings, start: Start): Promise<undefined> {
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

function untilSignal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  for (const signal of signals) {
    process.on(signal, () => stop.abort(new Error(`ended by ${signal}`)));
  }
  return work(stop.signal);
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** A pipe may take less than the whole. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}

function complain(what: string): void {
  writeAll(2, `polyglot-launcher: ${what.trimEnd()}\n`);
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  complain(messageOf(thrown));
  process.exit(thrown instanceof SettingsError ? exitCodes.badUse : exitCodes.failed);
});
