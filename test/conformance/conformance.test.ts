import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';

import { cases } from '../../launcher/conformance/cases.ts';
import { readSamples } from '../../launcher/conformance/samples.ts';
import type { Case, Client, Samples, Subject } from '../../launcher/conformance/subject.ts';
import { Languages } from '../../launcher/languages.ts';
import type { Language } from '../../launcher/manifest.ts';
import { languagesFolder } from '../../launcher/paths.ts';
import type { Launcher } from '../support/launcher.ts';
import { serving } from '../support/launcher.ts';

for (const language of Languages.read(languagesFolder).all) {
  describe(`In ${language.name}`, () => {
    if (isInstalled(language) || process.env['CI'] === 'true') testLanguage(language);
    else test.skip(`${language.version.join(' ')} is not installed`, () => undefined);
  });
}

function testLanguage(language: Language): void {
  const { name, logInitErrors, oneShot = false } = language;
  test('the samples are complete', () => expect(() => readSamples(language)).not.toThrow());
  const samples = readable(language);
  if (samples === undefined) return;
  const subject: Subject = { name, samples, logInitErrors, oneShot };
  const rows = cases.filter(({ needs }) => needs === undefined || samples[needs] !== undefined);
  test.each(rows)('$title', (row) => hold(row, subject));
}

function readable(language: Language): Samples | undefined {
  try {
    return readSamples(language);
  } catch {
    return undefined;
  }
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
  };
}

function isInstalled({ version: [program, ...args] }: Language): boolean {
  if (program === undefined) return true;
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
