import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { zip } from '../support/archives.ts';
import { withFolder } from '../support/folders.ts';
import { ending, serving } from '../support/launcher.ts';
import type { Launcher } from '../support/launcher.ts';

const stubError = 'This is a stub action. Replace it with custom logic.';
const files = {
  exec: `#!/bin/bash\necho "This is a stub action"\necho '{"error": "${stubError}"}'\n`,
};

/** A launcher as in the image of the Docker skeleton, whose action lies in /action. */
function withStub(body: (launcher: Launcher, folder: string) => Promise<void>): Promise<void> {
  return withFolder(files, (folder) =>
    serving({ env: { OW_STUB: join(folder, 'exec') } }, (launcher) => body(launcher, folder)),
  );
}

async function expectStub(launcher: Launcher): Promise<void> {
  const { status, json } = await launcher.run();
  expect({ status, json }).toEqual({ status: 200, json: { error: stubError } });
  expect(launcher.stdout.text).toContain('This is a stub action\n');
}

describe('With OW_STUB', () => {
  test('the stub answers before there is code', () =>
    withStub(async (launcher) => {
      await expectStub(launcher);
      expect(launcher.sentinels).toEqual([1, 1]);
    }));

  test.each(['{}', '{"value":{}}', '{"value":{"code":null}}'])(
    'an init of %s works, and the stub goes on',
    (body) =>
      withStub(async (launcher) => {
        const answer = await launcher.post('/init', body);
        expect([answer.status, answer.text]).toEqual([200, '{"ok":true}\n']);
        await expectStub(launcher);
        expect(launcher.sentinels).toEqual([1, 1]);
      }),
  );

  test('code takes the place of the stub', () =>
    withStub(async (launcher, folder) => {
      await launcher.load('#!/bin/bash\necho "{\\"cwd\\": \\"$(pwd)\\", \\"PWD\\": \\"$PWD\\"}"\n');
      expect((await launcher.run()).json).toEqual({ cwd: folder, PWD: folder });
      expect((await launcher.init('#!/bin/sh\n')).status).toBe(403);
    }));

  test('an archive is laid over the folder of the stub, whatever bits it has', () =>
    withStub(async (launcher) => {
      const archive = await zip({ exec: '#!/bin/bash\ncat data.txt\n', 'data.txt': '{"a":1}' }, 0);
      await launcher.load({ code: archive.toString('base64'), binary: true });
      expect((await launcher.run()).json).toEqual({ a: 1 });
    }));

  test('an archive without an exec leaves the stub at work', () =>
    withStub(async (launcher, folder) => {
      const archive = await zip({ 'other.txt': 'here' });
      await launcher.load({ code: archive.toString('base64'), binary: true });
      await expectStub(launcher);
      expect(readFileSync(join(folder, 'other.txt'), 'utf8')).toBe('here');
    }));

  test('empty code is taken, and fails when it runs', () =>
    withStub(async (launcher) => {
      await launcher.load({ code: '' });
      const answer = await launcher.post('/run', 'null');
      expect([answer.status, answer.error]).toEqual([
        502,
        'The action did not return a dictionary or array.',
      ]);
      expect(launcher.stdout.actionText).toContain('error');
      expect(launcher.sentinels).toEqual([1, 1]);
    }));

  test('a value that is a scalar is refused, and its logs are ended', () =>
    withStub(async (launcher) => {
      const answer = await launcher.run('text');
      expect(answer.status).toBe(404);
      expect(launcher.stdout.actionText + launcher.stderr.actionText).toBe('');
      expect(launcher.sentinels).toEqual([1, 1]);
    }));

  test('the context and all of the environment of the container are there', () =>
    withFolder(files, (folder) =>
      serving({ env: { OW_STUB: join(folder, 'exec'), MINE: 'yes' } }, async (launcher) => {
        await launcher.load(
          '#!/bin/bash\necho "{\\"MINE\\": \\"$MINE\\", \\"id\\": \\"$__OW_ACTIVATION_ID\\"}"',
        );
        const { json } = await launcher.run({}, { activation_id: 'a1' });
        expect(json).toEqual({ MINE: 'yes', id: 'a1' });
      }),
    ));
});

describe('With an OW_STUB that loops, as OW_LANGUAGE says', () => {
  const loop = '#!/bin/bash\nwhile read -r; do n=$((n + 1)); echo "{\\"$NAME\\": $n}" >&3; done\n';

  function withLoop(body: (launcher: Launcher) => Promise<void>): Promise<void> {
    return withFolder({ exec: loop }, (folder) =>
      serving({ env: { OW_STUB: join(folder, 'exec'), OW_LANGUAGE: 'actionloop' } }, body),
    );
  }

  test('one process answers again and again, started anew where init brings an environment', () =>
    withLoop(async (launcher) => {
      expect((await launcher.run()).json).toEqual({ '': 1 });
      expect((await launcher.run()).json).toEqual({ '': 2 });
      await launcher.load({ env: { NAME: 'mine' } });
      expect((await launcher.run()).json).toEqual({ mine: 1 });
      expect((await launcher.run()).json).toEqual({ mine: 2 });
    }));

  test('code takes its place', () =>
    withLoop(async (launcher) => {
      await launcher.load(loop.replace('$NAME', 'new'));
      expect((await launcher.run()).json).toEqual({ new: 1 });
    }));
});

describe('An OW_STUB that cannot be run', () => {
  test.each(['/nowhere/exec', '/etc/hostname'])('as %s is refused by name', async (path) => {
    const { code, stderr } = await ending({ env: { OW_STUB: path } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain('OW_STUB');
    expect(stderr).toContain(path);
  });
});
