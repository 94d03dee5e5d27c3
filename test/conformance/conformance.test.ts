import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { zip } from '../support/archives.ts';
import type { Launcher } from '../support/launcher.ts';
import { serving } from '../support/launcher.ts';
import { cases } from './cases.ts';
import type { Case, Client, Samples, Subject } from './subject.ts';

const languagesFolder = join(import.meta.dirname, '../../languages');

interface Manifest {
  readonly name: string;
  readonly version: readonly string[];
  readonly logInitErrors?: boolean;
  readonly oneShot?: boolean;
}

const manifests = readdirSync(languagesFolder).map((name) => {
  return JSON.parse(readFileSync(join(languagesFolder, name, 'language.json'), 'utf8')) as Manifest;
});

for (const manifest of manifests) {
  const { name } = manifest;
  if (isInstalled(manifest) || process.env['CI'] === 'true') await describeLanguage(manifest);
  else
    describe.skip(name, () =>
      test(`${manifest.version.join(' ')} is not installed`, () => undefined),
    );
}

async function describeLanguage(manifest: Manifest): Promise<void> {
  const { name, logInitErrors = false, oneShot = false } = manifest;
  const { samples } = (await import(`./samples/${name}.ts`)) as { readonly samples: Samples };
  const subject: Subject = { name, samples, logInitErrors, oneShot };
  const rows = cases.filter(({ needs }) => needs === undefined || samples[needs] !== undefined);
  describe(`In ${name}`, () => {
    test.each(rows)('$title', (row) => hold(row, subject));
  });
}

async function hold(row: Case, subject: Subject): Promise<void> {
  const env = { OW_LANGUAGE: subject.name, ...row.environment };
  const { sentinels } = row;
  const expected = typeof sentinels === 'number' ? sentinels : sentinels(subject);
  await serving({ env }, async (launcher) => {
    await row.check(clientOf(launcher), subject);
    expect({ sentinels: launcher.sentinels }).toEqual({ sentinels: [expected, expected] });
  });
}

function clientOf(launcher: Launcher): Client {
  return {
    post: (path, body) => launcher.post(path, body),
    logs: () => Promise.resolve({ stdout: launcher.stdout.text, stderr: launcher.stderr.text }),
    zip: async (files) => (await zip(files, 0)).toString('base64'),
  };
}

function isInstalled({ version: [program, ...args] }: Manifest): boolean {
  if (program === undefined) return true;
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
