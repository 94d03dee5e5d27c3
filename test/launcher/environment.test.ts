import { describe, expect, test } from '@jest/globals';

import { serving } from '../support/launcher.ts';

const container = {
  __OW_API_HOST: 'host',
  __OW_EQ: 'a=b=c',
  UNRELATED: 'of the container',
  OW_WEBSOCKET_TOKEN: 'a secret',
  LANG: 'POSIX',
};

/** Actions that return their whole environment. */
const actions: Readonly<Record<string, string>> = {
  node: 'function main() { return { ...process.env }; }\n',
  python: 'import os\ndef main(args): return dict(os.environ)\n',
  actionloop: `#!/usr/bin/env python3
import json, os, sys
for line in iter(sys.stdin.readline, ""):
    os.write(3, json.dumps(dict(os.environ)).encode() + b"\\n")
`,
  native: '#!/usr/bin/env python3\nimport json, os\nprint(json.dumps(dict(os.environ)))\n',
  shell: `exec python3 -c 'import json, os; print(json.dumps(dict(os.environ)))'\n`,
};

type Variables = Readonly<Record<string, string>>;

function withEnvironment(
  language: string,
  env: Variables,
  body: (seen: Variables) => void,
): Promise<void> {
  return serving({ env: { OW_LANGUAGE: language, ...container } }, async (launcher) => {
    await launcher.load({ code: actions[language], env });
    const { status, json } = await launcher.run({}, { activation_id: 'a1' });
    expect(status).toBe(200);
    body(json as Variables);
  });
}

describe.each(Object.keys(actions))('A %s action', (language) => {
  test('has what programs need, the context, and what init brought', () =>
    withEnvironment(language, { MINE: 'x=y' }, (seen) => {
      expect(seen).toMatchObject({
        HOME: process.env['HOME'],
        MINE: 'x=y',
        __OW_API_HOST: 'host',
        __OW_EQ: 'a=b=c',
      });
      // The python3 on the PATH may be a wrapper that adds to it.
      expect(seen['PATH']?.endsWith(process.env['PATH'] ?? '')).toBe(true);
      expect(seen['__OW_ACTIVATION_ID']).toBe(language === 'actionloop' ? undefined : 'a1');
      expect(seen['__OW_PROXY_VERSION']).toMatch(/^\d+\.\d+\.\d+/);
      expect(seen['LANG']).toMatch(/utf-?8/i);
      expect(seen['TMPDIR']).toMatch(/launcher-test-/);
    }));

  test('never has the secrets of the launcher', () =>
    withEnvironment(language, {}, (seen) => {
      expect(JSON.stringify(seen)).not.toContain('a secret');
    }));
});

describe.each(['node', 'python', 'actionloop'])('A %s action', (language) => {
  test('has nothing else of the environment of the container', () =>
    withEnvironment(language, {}, (seen) => {
      // Such a wrapper, and a shell, leave traces of their own.
      const traces = /^(__OW_|_?PYENV|_$|SHLVL$|PWD$|OLDPWD$)/;
      const names = Object.keys(seen).filter((name) => !traces.test(name));
      expect(names.sort()).toEqual(['HOME', 'LANG', 'PATH', 'TMPDIR']);
    }));
});

describe.each(['shell', 'native'])('A %s action', (language) => {
  test('has the whole environment of the container', () =>
    withEnvironment(language, {}, (seen) => {
      expect(seen['UNRELATED']).toBe('of the container');
    }));
});

describe('The environment that init brings', () => {
  test.each([
    ['a name with an equals sign', { 'a=b': 'c' }],
    ['an empty name', { '': 'c' }],
    ['a NUL', { a: 'b\0c' }],
  ])('is refused with %s', (_, env) =>
    serving({ env: { OW_LANGUAGE: 'python' } }, async (launcher) => {
      const answer = await launcher.init({ code: 'def main(args): return args', env });
      expect(answer.status).toBe(400);
      expect(answer.error).toContain('value.env');
    }),
  );
});
