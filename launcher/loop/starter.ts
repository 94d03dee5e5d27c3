import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { Homes } from '../code/homes.ts';
import type { Prepared } from '../code/prepared.ts';
import type { Source } from '../code/source.ts';
import { LauncherError } from '../errors.ts';
import type { Language } from '../manifest.ts';
import { readAcknowledgement, readForeignReply, readNumberedReply } from '../protocol/reply.ts';
import type { Ready } from '../protocol/reply.ts';
import type { Environment } from '../settings.ts';
import type { Logs, LogSink } from './logs.ts';
import { LineLoop } from './loop.ts';
import type { Loop, LoopMeans } from './loop.ts';
import { OneShot } from './oneshot.ts';
import { executableKind, interpreterWords, mayExecute, startOf } from './executable.ts';
import { argvOf } from './words.ts';

/** What a debugger adds to the start of a loop. */
export interface Inspection {
  /** Put in front of the last word of `start`. */
  readonly words: readonly string[];
  /** The loop has loaded the action. */
  readonly onReady: () => void;
}

/** @throws LauncherError start-failed where the language has no debugger */
export type Inspect = (language: Language) => Promise<Inspection>;

export interface StarterOptions {
  readonly means: Omit<LoopMeans, 'logs'>;
  readonly logs: LogSink;
  readonly waitForAck: boolean;
  /** Whether a loop that multiplexes may do so. */
  readonly allowConcurrent: boolean;
  /** A private folder. */
  readonly scratch: string;
  readonly environmentOf: (language: Language) => Environment;
  readonly prepared: Prepared;
  readonly homes: Homes;
  /** Where loops are to run under a debugger. */
  readonly inspect: Inspect | undefined;
}

/** What is to be started. */
interface Order {
  readonly source: Source;
  readonly logs: Logs;
  readonly signal: AbortSignal;
}

/** Where an interpreter is started, and where it writes. */
interface Place {
  readonly language: Language;
  readonly folder: string;
  readonly logs: Logs;
}

/** A loop that waits for its code. */
interface Warm extends Place {
  readonly loop: Promise<LineLoop>;
}

/** How long an executable that does not acknowledge has to live to count as started (the ActionLoop proxy: 5 ms). */
const settleMs = 20;
/** One that is still busy with its start is given more, since a busy machine may not have let it end yet. */
const longestSettleMs = 1000;
/** What tells an executable that a language built how it is spoken to; other launchers do not say the second. */
const ofOurs = { __OW_WAIT_FOR_ACK: '1', __OW_NUMBERED_ANSWERS: '1' };
const exitedAtInit = 'Command exited abruptly during initialization.';

/** Turns code that lies on disk into a loop that has it loaded. */
export class Starter {
  readonly #options: StarterOptions;
  #warm: Warm | undefined;
  #dropped: Promise<unknown> = Promise.resolve();
  /** Interpreters that loops told of themselves, by language. */
  readonly #interpreters = new Map<string, string>();
  readonly #stop = new AbortController();

  constructor(options: StarterOptions) {
    this.#options = options;
  }

  /** Does before there is code what can be done before: pipes, and the interpreter if the language is known. */
  warm(language: Language | undefined): void {
    this.#options.means.pipes.prepare();
    if (!language?.waits || this.#options.inspect) return;
    const folder = language.keepsFolder ? this.#options.homes.ahead() : language.folder;
    if (this.#warm?.folder === folder) return;
    this.#dropWarm();
    const place = { language, folder, logs: this.#options.logs.of(0) };
    const loop = this.#startInterpreter(place, this.#stop.signal);
    loop.catch(() => undefined);
    this.#warm = { ...place, loop };
  }

  /**
   * @param worker whose logs are written to, counted from 0; the first one gets the loop that waits
   * @throws LauncherError start-failed
   */
  async start(source: Source, worker: number, signal: AbortSignal): Promise<Loop> {
    const { language } = source;
    const logs = this.#options.logs.of(worker);
    const order = { source, logs, signal };
    const inspection = await this.#options.inspect?.(language);
    if (language.waits) return this.#load(order, inspection);
    const environment = { ...this.#options.environmentOf(language), ...source.environment };
    const argv = await this.#commandOf(order);
    const command = { argv, folder: source.folder, environment };
    if (!language.oneShot) return this.#startForeign(command, order);
    const folder = { ...environment, PWD: source.folder };
    return OneShot.start(
      { ...command, environment: folder, scratch: this.#options.scratch },
      { ...this.#options.means, logs },
    );
  }

  /** Ends what waits for code that will not come. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#options.prepared.stop();
    this.#dropWarm();
    await this.#dropped;
  }

  #dropWarm(): void {
    const loop = this.#warm?.loop.catch(() => undefined);
    this.#warm = undefined;
    const stopped = loop?.then((started) => started?.stop());
    this.#dropped = Promise.all([this.#dropped, stopped]);
  }

  /** @throws LauncherError start-failed for a file that the system can't execute */
  async #commandOf({ source, signal }: Order): Promise<readonly string[]> {
    const { language, entry, command } = source;
    if (command !== undefined) return command;
    const start = startOf(entry);
    const kind = executableKind(start);
    if (kind !== undefined && mayExecute(entry)) return [entry];
    if (language.start.length > 0) {
      const made = await this.#options.prepared.folderOf(language, signal);
      return [...argvOf(language, language.start, made), entry];
    }
    if (kind === 'script') return [...interpreterWords(start), entry];
    const why =
      kind === 'elf'
        ? 'may not be executed: is its folder mounted noexec?'
        : 'is neither an ELF executable nor a script with a #! line';
    throw new LauncherError('start-failed', `command exited: ${basename(entry)} ${why}`);
  }

  async #load(order: Order, inspection?: Inspection): Promise<Loop> {
    const { language, folder, entry, main, inline, environment } = order.source;
    const loop = await this.#takeInterpreter(order, inspection);
    const { allowConcurrent: concurrent } = this.#options;
    const line = JSON.stringify({ folder, entry, main, inline, concurrent, env: environment });
    const { executable: interpreter, multiplexes } = await this.#acknowledged(
      loop,
      Buffer.from(`${line}\n`),
      order.signal,
    );
    if (interpreter !== undefined) this.#interpreters.set(language.name, interpreter);
    loop.answersWith(readNumberedReply, concurrent && multiplexes);
    inspection?.onReady();
    return loop;
  }

  async #takeInterpreter(
    { source, logs, signal }: Order,
    inspection?: Inspection,
  ): Promise<LineLoop> {
    const { language } = source;
    const folder = language.keepsFolder ? source.folder : language.folder;
    const warm = this.#warm;
    if (warm?.language === language && warm.folder === folder && warm.logs === logs) {
      this.#warm = undefined;
      return warm.loop;
    }
    if (language.keepsFolder) this.#dropWarm();
    return this.#startInterpreter({ language, folder, logs }, signal, inspection);
  }

  async #startInterpreter(
    { language, folder, logs }: Place,
    signal: AbortSignal,
    inspection?: Inspection,
  ): Promise<LineLoop> {
    const { environmentOf, prepared, means } = this.#options;
    const words = language.start.toSpliced(-1, 0, ...(inspection?.words ?? []));
    const made = await prepared.folderOf(language, signal);
    const argv = argvOf(language, words, made, this.#interpreters.get(language.name));
    const environment = environmentOf(language);
    return LineLoop.start({ argv, folder, environment }, { ...means, logs });
  }

  async #startForeign(
    command: Parameters<typeof LineLoop.start>[0],
    { source, logs, signal }: Order,
  ): Promise<Loop> {
    const { means, waitForAck, allowConcurrent } = this.#options;
    const { acknowledges = false } = source;
    const environment = { ...command.environment, ...(acknowledges ? ofOurs : {}) };
    const loop = await LineLoop.start({ ...command, environment }, { ...means, logs });
    if (acknowledges || waitForAck) {
      const { isNumbered, multiplexes } = await this.#acknowledged(loop, undefined, signal);
      const mayOverlap = isNumbered && multiplexes && allowConcurrent;
      loop.answersWith(isNumbered ? readNumberedReply : readForeignReply, mayOverlap);
    } else {
      await settled(loop);
      loop.answersWith(readForeignReply);
    }
    return loop;
  }

  async #acknowledged(
    loop: LineLoop,
    line: Buffer | undefined,
    signal: AbortSignal,
  ): Promise<Ready> {
    const abort = (): void => void loop.stop();
    signal.addEventListener('abort', abort);
    try {
      const said = readAcknowledgement(await loop.exchange(line, undefined));
      if (said instanceof LauncherError) throw said;
      return said;
    } catch (thrown) {
      await loop.stop();
      signal.throwIfAborted();
      throw thrown instanceof LauncherError && thrown.code === 'command-exited'
        ? new LauncherError('start-failed', exitedAtInit, { cause: thrown })
        : thrown;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}

async function settled(loop: LineLoop): Promise<void> {
  const start = Date.now();
  do {
    const ending = await Promise.race([loop.ended, delay(settleMs)]);
    if (ending !== undefined) throw new LauncherError('start-failed', 'command exited');
  } while (!loop.isAsleep && Date.now() - start < longestSettleMs);
}
