import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { argvOf } from '../loop/words.ts';
import { isBuilt, loopsItself } from '../manifest.ts';
import type { Language } from '../manifest.ts';
import type { Environment, Settings } from '../settings.ts';
import type { BuildCache } from './build-cache.ts';
import { checkExecutionEnv, compile, executableIn } from './compile.ts';
import { familyOf, readExecEnv } from './exec-env.ts';
import { addTree, fingerprintOf } from './fingerprint.ts';
import type { Prepared } from './prepared.ts';
import type { Source } from './source.ts';

export interface BuilderOptions {
  readonly settings: Settings;
  readonly prepared: Prepared;
  readonly cache: BuildCache | undefined;
  /** Whether languages whose loop reads sources are built, too. */
  readonly isAheadOfTime: boolean;
  /** What the action gets, and what `OW_COMPILER` gets. */
  readonly environmentOf: (language: Language) => Environment;
  /** What the tools of a language get. */
  readonly toolEnvironmentOf: (language: Language) => Environment;
  /** Takes lines for the logs. */
  readonly report: (lines: string) => void;
}

/** Makes an executable of sources, where that is what the language or the operator wants. */
export class Builder {
  readonly #options: BuilderOptions;

  constructor(options: BuilderOptions) {
    this.#options = options;
  }

  /**
   * @param home the private folder of the action
   * @throws LauncherError build-failed with what the compiler printed, and start-failed for a wrong exec.env
   */
  async build(placed: Source, home: string, signal: AbortSignal): Promise<Source> {
    const { executionEnv } = this.#options.settings;
    const source = await this.#built(placed, home, signal);
    if (executionEnv !== undefined && loopsItself(source.language)) {
      await checkExecutionEnv(source.entry, executionEnv, this.#options.report);
    }
    return source;
  }

  async #built(placed: Source, home: string, signal: AbortSignal): Promise<Source> {
    const { settings, isAheadOfTime } = this.#options;
    const { language } = placed;
    const program = loopsItself(language) ? settings.compiler : undefined;
    const isOurs = isBuilt(language) || (isAheadOfTime && language.build !== undefined);
    if (program === undefined && !isOurs) return placed;
    const given = await executableIn(placed.folder);
    if (given !== undefined) return taken(placed, given);
    const folder = join(home, 'bin');
    if (program === undefined) return this.#buildOwn(placed, folder, signal);
    const argv = [program, placed.main, placed.folder];
    const environment = { ...this.#options.environmentOf(language), ...placed.environment };
    const entry = await compile({ argv, folder: home, environment }, folder, signal);
    return { ...placed, folder, entry };
  }

  /** The action's folder stays its working folder: what lies beside its sources is found there. */
  async #buildOwn(placed: Source, folder: string, signal: AbortSignal): Promise<Source> {
    const { prepared, cache, toolEnvironmentOf } = this.#options;
    const { language, main } = placed;
    const environment = { ...toolEnvironmentOf(language), ...placed.environment };
    const key = cache && (await keyOf(placed, environment));
    const built: Source = { ...placed, entry: join(folder, 'exec'), acknowledges: true };
    if (key !== undefined && (await cache?.fetch(key, folder))) return built;
    const words = argvOf(language, language.build ?? [], await prepared.folderOf(language, signal));
    const argv = [...words, main, placed.folder];
    await compile({ argv, folder: placed.folder, environment }, folder, signal);
    if (key !== undefined) await cache?.keep(key, folder);
    return built;
  }
}

/** An executable that this language's build made acknowledges that it has started; of others the operator knows. */
function taken(placed: Source, entry: string): Source {
  const made = readExecEnv(placed.folder);
  const acknowledges = made !== undefined && familyOf(made) === familyOf(placed.language.kind);
  return { ...placed, entry, ...(acknowledges ? { acknowledges } : {}) };
}

async function keyOf(source: Source, environment: Environment): Promise<string> {
  const { language, main, folder, environment: given } = source;
  const parts = [language.name, main, JSON.stringify(given)];
  const hash = createHash('sha256').update(parts.join('\0'));
  hash.update(await fingerprintOf(language, environment));
  await addTree(hash, folder);
  return `built-${language.name}-${hash.digest('hex').slice(0, 32)}`;
}
