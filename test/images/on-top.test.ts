import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { withFolder } from '../support/folders.ts';
import { buildOnTop, debianBase, projectFolder } from './build.ts';
import { inContainer } from './container.ts';
import { greets } from './hello.ts';

const newLanguage = join(projectFolder, 'examples/new-language');
const offline = ['--network', 'none'];

test('A new language is an image of at most five lines on top of base', async () => {
  const lines = readFileSync(join(newLanguage, 'Dockerfile'), 'utf8').trim().split('\n');
  expect(lines.length).toBeLessThanOrEqual(5);
  expect(lines[0]).toBe('FROM polyglot-launcher-base');
  await inContainer(await buildOnTop(newLanguage, ...offline), {}, async (container) => {
    await container.load(readFileSync(join(newLanguage, 'hello.awk'), 'utf8'));
    await greets(container);
  });
});

test('The launcher works in an image that it is copied to, as docs/images.md says', async () => {
  const page = readFileSync(join(projectFolder, 'docs/images.md'), 'utf8');
  const [, documented = ''] = /```dockerfile\n(FROM ruby[^]*?)```/.exec(page) ?? [];
  const dockerfile = documented.replace(/^FROM ruby.*/, `FROM ${debianBase()}`);
  await withFolder({ Dockerfile: dockerfile }, async (folder) => {
    await inContainer(await buildOnTop(folder, ...offline), {}, async (container) => {
      await container.load('#!/bin/sh\necho "{\\"greeting\\": \\"Hello Ada!\\"}"\n');
      await greets(container);
    });
  });
});
