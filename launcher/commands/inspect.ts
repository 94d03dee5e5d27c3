import { LauncherError } from '../errors.ts';
import { freePort } from '../free-port.ts';
import { Languages } from '../languages.ts';
import type { Inspect } from '../loop/starter.ts';
import type { Language } from '../manifest.ts';
import { languagesFolder } from '../paths.ts';

const host = '127.0.0.1';

/**
 * Every loop runs under the debugger of its language, on a port of its own: the one that it replaces may still
 * hold the last.
 * @param say is told where to connect, once the loop has loaded the action
 */
export function inspectEach(say: (line: string) => void): Inspect {
  return async (language) => {
    const words = wordsOf(language);
    const port = await freePort();
    return {
      words: words.map((word) => word.replaceAll('{port}', `${port}`)),
      onReady: () => say(`the ${language.name} debugger listens on ${host}:${port}`),
    };
  };
}

function wordsOf({ name, inspect }: Language): readonly string[] {
  if (inspect !== undefined) return inspect;
  const others = Languages.read(languagesFolder).all.filter((one) => one.inspect !== undefined);
  const known = others.map((one) => one.name).join(', ');
  throw new LauncherError(
    'start-failed',
    `--inspect: there is no debugger for ${name}, only for ${known}`,
  );
}
