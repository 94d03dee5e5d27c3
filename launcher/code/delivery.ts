import * as fs from 'node:fs/promises';
import { sep } from 'node:path';

import { LauncherError } from '../errors.ts';
import type { Languages } from '../languages.ts';
import { isAnySet } from '../settings.ts';
import type { Environment, Settings } from '../settings.ts';
import { loopsItself } from '../manifest.ts';
import type { Language } from '../manifest.ts';
import type { Builder } from './builder.ts';
import type { Homes } from './homes.ts';
import { declaresDependencies, installDependencies } from './install.ts';
import { bytesOf } from './payload.ts';
import type { InitPayload } from './payload.ts';
import { placeBytes, placePath } from './source.ts';
import type { Source, SourceMeans, SourceRequest } from './source.ts';
import { layOver, stubSource } from './stub.ts';

export interface DeliveryOptions {
  readonly settings: Settings;
  readonly languages: Languages;
  readonly homes: Homes;
  readonly builder: Builder;
  /** Whether a person works on the files of a path, which must not show before they are loaded anew. */
  readonly isWatched: boolean;
  /** What the tools of a language get. */
  readonly toolEnvironmentOf: (language: Language) => Environment;
}

/** Code on disk, and the way to be rid of it. */
export interface Delivered {
  readonly source: Source;
  /** Removes what was written for it. */
  discard(): Promise<void>;
}

/** From what was sent, or from a path, to code that can be started. What fails leaves nothing behind. */
export class Delivery {
  readonly #options: DeliveryOptions;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** @throws LauncherError bad-request, no-code, bad-archive, unknown-language, build-failed, start-failed */
  async fromPayload(payload: InitPayload, signal: AbortSignal): Promise<Delivered> {
    const { stub } = this.#options.settings;
    if (stub !== undefined) return this.#inStub(payload, stub, signal);
    if (!payload.code) throw new LauncherError('no-code', 'Missing main/no code to execute.');
    return this.fromBytes(bytesOf(payload.code, payload.binary), payload, signal);
  }

  /** Takes bytes of a file or an archive; @throws the same */
  fromBytes(
    bytes: Buffer,
    asked: Omit<InitPayload, 'code' | 'binary'>,
    signal: AbortSignal,
  ): Promise<Delivered> {
    return this.#deliver(signal, (home) =>
      placeBytes(bytes, home, this.#request(asked), this.#means(signal)),
    );
  }

  /** @throws the same, and Node's own error where the path can't be read */
  fromPath(path: string, main: string, signal: AbortSignal): Promise<Delivered> {
    const request = this.#request({ main, environment: {}, language: undefined });
    return this.#deliver(signal, (home) => placePath(path, home, request, this.#means(signal)));
  }

  /** The language that code will be in if it does not say otherwise, if that is known. */
  languageAsked(name: string | undefined): Language | undefined {
    const { languages, settings } = this.#options;
    const asked = name ?? settings.language;
    return languages.all.find((language) => language.name === asked);
  }

  async #deliver(
    signal: AbortSignal,
    place: (home: string) => Promise<Source>,
  ): Promise<Delivered> {
    const home = this.#options.homes.take();
    const discard = (): Promise<void> => fs.rm(home, { recursive: true, force: true });
    try {
      const placed = await place(home);
      signal.throwIfAborted();
      await this.#install(placed, signal);
      const source = await this.#options.builder.build(placed, home, signal);
      if (!source.language.waits && source.entry.startsWith(home + sep))
        await allowExecution(source.entry);
      return { source, discard };
    } catch (thrown) {
      await discard();
      throw thrown;
    }
  }

  async #install({ language, folder }: Source, signal: AbortSignal): Promise<void> {
    const { settings, toolEnvironmentOf } = this.#options;
    if (!settings.install) return;
    await installDependencies(language, folder, toolEnvironmentOf(language), signal);
  }

  async #inStub(payload: InitPayload, stub: string, signal: AbortSignal): Promise<Delivered> {
    const { environment, code } = payload;
    const { languages, settings } = this.#options;
    const inPlace = { ...stubSource(stub, languages, settings.language), environment };
    if (code === undefined) return { source: inPlace, discard: () => Promise.resolve() };
    const request = { ...this.#request(payload), language: inPlace.language.name };
    const means = { ...this.#means(signal), isCompiled: () => true };
    const bytes = bytesOf(code, payload.binary);
    const placed = await this.#deliver(signal, (home) => placeBytes(bytes, home, request, means));
    return layOver(placed, inPlace);
  }

  #request(
    asked: Omit<SourceRequest, 'language'> & { language: string | undefined },
  ): SourceRequest {
    const { main, environment, language } = asked;
    return { main, environment, language: language ?? this.#options.settings.language };
  }

  #means(signal: AbortSignal): SourceMeans {
    const { settings, languages, isWatched } = this.#options;
    return {
      languages,
      isWatched,
      isSet: (names) => isAnySet(settings, names),
      limits: settings,
      saveJar: settings.saveJar,
      signal,
      isCompiled: (language) => loopsItself(language) && settings.compiler !== undefined,
      isInstalled: (language, folder) => settings.install && declaresDependencies(language, folder),
    };
  }
}

/** Many tools that make archives write no such bit. */
async function allowExecution(path: string): Promise<void> {
  const found = await fs.stat(path).catch(() => undefined);
  if (found !== undefined) await fs.chmod(path, found.mode | 0o755);
}
