import { describe, expect, test } from '@jest/globals';
import { basename } from 'node:path';

import { readManifest } from '../../launcher/manifest.ts';
import { withFolder } from '../support/folders.ts';

/** A manifest that is right, but for what is laid over it. */
function manifest(name: string, over: Readonly<Record<string, unknown>>): string {
  const right = {
    ...{ name, kind: 'x:1', files: [], entries: [], inline: 'x', start: ['x', 'loop'] },
    ...{ version: [], package: '', logInitErrors: true, waits: true },
  };
  return JSON.stringify({ ...right, ...over });
}

function reading(over: Readonly<Record<string, unknown>>, body: (read: () => unknown) => void) {
  return withFolder({}, async (parent) => {
    const name = basename(parent);
    await withFolder({ 'language.json': manifest(name, over) }, (folder) => {
      body(() => readManifest(folder, name));
      return Promise.resolve();
    });
  });
}

describe('A manifest', () => {
  test.each<[string, Record<string, unknown>]>([
    ['no debugger', {}],
    ['a debugger', { inspect: ['--inspect=127.0.0.1:{port}'] }],
  ])('may have %s', (_, over) => reading(over, (read) => expect(read()).toMatchObject(over)));

  test.each<[string, Record<string, unknown>, string]>([
    ['a debugger that is no list', { inspect: '--inspect={port}' }, '"inspect" has to be a texts'],
    ['a debugger without a port', { inspect: ['--inspect'] }, 'where the {port} goes'],
    [
      'a debugger of a loop that does not wait',
      { inspect: ['{port}'], waits: false },
      '"inspect" is for a loop that "waits"',
    ],
    [
      'an installer that nobody says how to get',
      { install: { 'needs.txt': { run: ['x'] } } },
      '"install" has to be a installers',
    ],
    ['a key that nobody knows', { inspekt: [] }, 'the key "inspekt" is unknown'],
  ])('is refused for %s', (_, over, message) =>
    reading(over, (read) => expect(read).toThrow(message)),
  );
});
