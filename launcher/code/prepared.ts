import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';

import { LauncherError, messageOf } from '../errors.ts';
import { argvOf } from '../loop/words.ts';
import { needsPrepared } from '../manifest.ts';
import type { Language } from '../manifest.ts';
import type { Environment } from '../settings.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { BuildCache } from './build-cache.ts';
import { fingerprintOf } from './fingerprint.ts';
import { runTool } from './tool.ts';

export interface PreparedOptions {
  /** A private folder, for what is not kept anywhere. */
  readonly scratch: string;
  readonly cache: BuildCache | undefined;
  /** What tools get. */
  readonly environmentOf: (language: Language) => Environment;
  /** Is told of a language that is prepared now. */
  readonly onPrepare?: ((language: Language) => void) | undefined;
}

/**
 * What languages need beyond their package, such as compiled libraries. An image has it in `languages/<name>/prepared`,
 * which `polyglot-launcher prepare` makes; elsewhere it is made when it is first needed.
 */
export class Prepared {
  readonly #options: PreparedOptions;
  readonly #folders = new Map<string, Promise<string>>();
  readonly #stop = new AbortController();

  constructor(options: PreparedOptions) {
    this.#options = options;
  }

  /**
   * @returns undefined where the language needs nothing, or looks for what an image ships by itself
   * @throws LauncherError start-failed with what the tool printed, and the signal's reason
   */
  async folderOf(language: Language, signal: AbortSignal): Promise<string | undefined> {
    if (!needsPrepared(language)) return undefined;
    const shipped = preparedFolder(language);
    if (existsSync(shipped)) return shipped;
    const known = this.#folders.get(language.name) ?? this.#make(language);
    this.#folders.set(language.name, known);
    // The next attempt may have what this one lacked, such as a network.
    known.catch(() => this.#folders.delete(language.name));
    // What is prepared is prepared for all: who does not wait any more does not end it.
    return unlessAborted(known, signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#folders.values());
  }

  async #make(language: Language): Promise<string> {
    const { scratch, cache, environmentOf } = this.#options;
    const folder = join(scratch, `prepared-${language.name}`);
    const environment = environmentOf(language);
    const fingerprint = await fingerprintOf(language, environment);
    const key = createHash('sha256').update(`prepared ${language.name} ${fingerprint}`);
    const name = `prepared-${language.name}-${key.digest('hex').slice(0, 32)}`;
    if (await cache?.fetch(name, folder)) return folder;
    this.#options.onPrepare?.(language);
    await prepare(language, folder, environment, this.#stop.signal);
    await cache?.keep(name, folder);
    return folder;
  }
}

/** Where an image has it. */
export function preparedFolder(language: Language): string {
  return join(language.folder, 'prepared');
}

/**
 * Makes `folder`, which is not there yet; it is whole or is not made.
 * @throws LauncherError start-failed with what the tool printed
 */
export async function prepare(
  language: Language,
  folder: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<void> {
  const aside = `${folder}.new`;
  await fs.rm(aside, { recursive: true, force: true });
  await fs.mkdir(aside);
  try {
    const argv = [...argvOf(language, language.prepare ?? [], undefined), aside];
    const { output, failure } = await runTool({ argv, folder: aside, environment }, signal);
    if (failure !== undefined) throw new Error(`${failure}\n${output}`.trimEnd());
    await fs.rename(aside, folder);
  } catch (cause) {
    await fs.rm(aside, { recursive: true, force: true });
    const reason = `${language.name} could not be prepared: ${messageOf(cause)}`;
    throw new LauncherError('start-failed', reason, { cause });
  }
}
