import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { zip } from '../support/archives.ts';
import { buildOnTop, imageOf, projectFolder } from './build.ts';
import { inContainer, sentinelsIn } from './container.ts';
import { docker } from './docker.ts';

const boxes = [
  { name: 'c', native: 'shell', value: { n: 360 }, result: { factors: [2, 2, 2, 3, 3, 5] } },
  {
    name: 'perl',
    native: 'shell',
    value: { text: 'to be or not to be' },
    result: { words: { be: 2, not: 1, or: 1, to: 2 } },
  },
  { name: 'actionloop', native: 'actionloop', value: { n: 1000 }, result: { prime: 7919 } },
];

/** What the platform sends to an image that brings its action. */
const initWithoutCode = '{"value":{"name":"box","main":"main","binary":false,"env":{}}}';

describe.each(boxes)('examples/blackbox/$name', ({ name, native, value, result }) => {
  const build = (): Promise<string> => buildOnTop(join(projectFolder, 'examples/blackbox', name));

  test('answers as an image, before and after an init without code', async () => {
    await inContainer(await build(), {}, async (container) => {
      expect((await container.run(value)).json).toEqual(result);
      expect((await container.post('/init', initWithoutCode)).text).toBe('{"ok":true}\n');
      expect((await container.run(value)).json).toEqual(result);
      const { stdout, stderr } = await container.logsWith(2);
      expect([sentinelsIn(stdout), sentinelsIn(stderr)]).toEqual([2, 2]);
    });
  });

  test(`answers as exec of a zip in the image ${native}`, async () => {
    const code = (await zip({ exec: await executableOf(await build()) })).toString('base64');
    await inContainer(imageOf(native), {}, async (container) => {
      await container.load({ code, binary: true });
      expect((await container.run(value)).json).toEqual(result);
    });
  });
});

async function executableOf(image: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'blackbox-'));
  const id = await docker('create', '--pull', 'never', image);
  try {
    await docker('cp', `${id}:/action/exec`, join(folder, 'exec'));
    return readFileSync(join(folder, 'exec'));
  } finally {
    await docker('rm', id);
    rmSync(folder, { recursive: true });
  }
}
