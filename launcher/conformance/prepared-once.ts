import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { BuildCache } from '../code/build-cache.ts';
import { Prepared, preparedFolder } from '../code/prepared.ts';
import { toolEnvironment } from '../loop/environment.ts';
import { needsPrepared } from '../manifest.ts';
import type { Language } from '../manifest.ts';
import { makePrivateFolder } from '../private-folder.ts';
import type { Environment, Settings } from '../settings.ts';

/**
 * Makes what a language needs beyond its package once: the servers of the cases find it, and none spends the time of its
 * init on it.
 * @param body gets what these servers need in their environment
 * @throws LauncherError start-failed with what the tool printed, and the signal's reason
 */
export async function withPrepared<T>(
  language: Language,
  settings: Settings,
  signal: AbortSignal,
  body: (environment: Environment) => Promise<T>,
): Promise<T> {
  if (!needsPrepared(language) || existsSync(preparedFolder(language))) return body({});
  const scratch = makePrivateFolder(settings.temporaryFolder);
  const { buildCache = join(scratch, 'cache') } = settings;
  const environmentOf = (one: Language): Environment => toolEnvironment(settings, one);
  const prepared = new Prepared({ scratch, cache: BuildCache.open(buildCache), environmentOf });
  try {
    await prepared.folderOf(language, signal);
    return await body({ OW_BUILD_CACHE: buildCache });
  } finally {
    await prepared.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}
