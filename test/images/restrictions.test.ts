import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import { imageOf } from './build.ts';
import { inContainer } from './container.ts';
import { greeters, greets } from './hello.ts';

const readOnly = ['--read-only', '--tmpfs', '/tmp'];

/** What people and platforms take away from a container. */
const restrictions = [
  { title: 'a read-only root', options: readOnly },
  { title: 'some user', options: ['--user', '12345:0'] },
  { title: 'some user of some group', options: ['--user', '12345:54321'] },
  {
    title: 'no capabilities',
    options: ['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
  },
  { title: 'a limit of 64 processes', options: ['--pids-limit', '64'] },
  {
    title: 'all of these',
    options: [...readOnly, '--user', '12345:54321', '--cap-drop', 'ALL', '--pids-limit', '64'],
  },
];

describe.each(greeters)('The image $target', ({ target, payload, isBuilt }) => {
  test.each(restrictions)('runs its action with $title', ({ options: given }) => {
    const options = isBuilt ? given.map((one) => (one === '/tmp' ? '/tmp:exec' : one)) : given;
    return inContainer(imageOf(target), { options }, async (container) => {
      await container.load({ ...payload });
      await greets(container, 'Ada');
      await greets(container, 'Grace');
      const { stdout, stderr } = await container.logsWith(2);
      expect(stdout).toMatch(/^greeting Ada\nX.*\ngreeting Grace\nX.*\n$/);
      expect(stderr).toMatch(/^(X.*\n){2}$/);
    });
  });
});

describe('Where /tmp is mounted noexec, as docker mounts a tmpfs', () => {
  test('an ELF executable is refused, and the reason is guessed', () =>
    inContainer(imageOf('native'), { options: readOnly }, async (container) => {
      const code = readFileSync('/bin/true').toString('base64');
      expect((await container.init({ code, binary: true })).status).toBe(502);
      const { stderr } = await container.logsWith(1);
      expect(stderr).toContain('exec may not be executed: is its folder mounted noexec?');
    }));
});
