import type { Language } from '../manifest.ts';
import type { Environment, Settings } from '../settings.ts';

const secrets = new Set(['OW_WEBSOCKET_TOKEN']);
const utf8 = /utf-?8/i;

/**
 * The environment of an action: what a program needs, the container's `__OW_*`, and what the language's manifest and
 * `value.env` add. One-shot actions get all of the container's, as the Docker skeleton gives them; nobody gets
 * the launcher's secrets.
 */
export function actionEnvironment(
  settings: Settings,
  language: Language,
  version: string,
): Record<string, string> {
  const container = settings.environment;
  const passed = Object.entries(container).filter(([name]) => {
    return language.oneShot ? !secrets.has(name) : name.startsWith('__OW_');
  });
  return {
    ...Object.fromEntries(passed),
    PATH: container['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: container['HOME'] ?? '/',
    LANG: languageOf(container),
    TMPDIR: settings.temporaryFolder,
    ...protocolOf(settings, version),
    ...language.env,
  };
}

/** The environment of compilers and installers: the container's whole one, for that is how they are told where things are. */
export function toolEnvironment(settings: Settings, language: Language): Record<string, string> {
  const passed = Object.entries(settings.environment).filter(([name]) => !secrets.has(name));
  const { environment: container, temporaryFolder: TMPDIR } = settings;
  const own = { LANG: languageOf(container), TMPDIR, HOME: container['HOME'] ?? '/' };
  return { ...Object.fromEntries(passed), ...own, ...language.env };
}

function languageOf(container: Environment): string {
  const given = container['LANG'] ?? '';
  return utf8.test(given) ? given : 'C.UTF-8';
}

function protocolOf(settings: Settings, version: string): Record<string, string> {
  const { executionEnv, waitForAck } = settings;
  return {
    __OW_PROXY_VERSION: version,
    ...(executionEnv === undefined ? {} : { __OW_EXECUTION_ENV: executionEnv }),
    ...(waitForAck ? { __OW_WAIT_FOR_ACK: settings.environment['OW_WAIT_FOR_ACK'] ?? '1' } : {}),
  };
}
