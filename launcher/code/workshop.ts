import { messageOf } from '../errors.ts';
import { toolEnvironment } from '../loop/environment.ts';
import type { Language } from '../manifest.ts';
import { SettingsError } from '../settings.ts';
import type { Environment, Settings } from '../settings.ts';
import { BuildCache } from './build-cache.ts';
import { Builder } from './builder.ts';
import type { BuilderOptions } from './builder.ts';
import { Prepared } from './prepared.ts';
import type { PreparedOptions } from './prepared.ts';

/** What makes something out of code before it is started. */
export interface Workshop {
  readonly builder: Builder;
  readonly prepared: Prepared;
  /** What compilers and installers get. */
  readonly toolEnvironmentOf: (language: Language) => Environment;
}

export interface WorkshopOptions extends Pick<
  BuilderOptions,
  'settings' | 'isAheadOfTime' | 'environmentOf' | 'report'
> {
  /** A private folder. */
  readonly scratch: string;
  readonly onPrepare?: PreparedOptions['onPrepare'];
}

/** @throws SettingsError for a cache that is no folder */
export function openWorkshop({ scratch, onPrepare, ...options }: WorkshopOptions): Workshop {
  const { settings } = options;
  const cache = openCache(settings);
  const toolEnvironmentOf = (language: Language): Environment =>
    toolEnvironment(settings, language);
  const prepared = new Prepared({ scratch, cache, environmentOf: toolEnvironmentOf, onPrepare });
  const builder = new Builder({ ...options, prepared, cache, toolEnvironmentOf });
  return { builder, prepared, toolEnvironmentOf };
}

/** One that was asked for has to work; one by default may be where this user has nothing to write. */
function openCache({ buildCache, environment }: Settings): BuildCache | undefined {
  if (buildCache === undefined) return undefined;
  try {
    return BuildCache.open(buildCache);
  } catch (cause) {
    if (!environment['OW_BUILD_CACHE']) return undefined;
    const got = `${buildCache}: ${messageOf(cause)}`;
    throw new SettingsError(`OW_BUILD_CACHE: expected a folder, got ${got}`, { cause });
  }
}
