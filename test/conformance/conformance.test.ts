import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';

import { casesFor } from '../../launcher/conformance/cases.ts';
import { judge } from '../../launcher/conformance/judge.ts';
import type { Server } from '../../launcher/conformance/judge.ts';
import { readSamples } from '../../launcher/conformance/samples.ts';
import type { Case, Samples, Subject } from '../../launcher/conformance/subject.ts';
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
  test.each(casesFor(samples))('$title', (row) => hold(row, subject));
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
  await serving({ env }, async (launcher) => {
    const { reasons } = await judge(row, { subject, server: serverOf(launcher), isStrict: true });
    expect(reasons).toEqual([]);
  });
}

/** It writes a sentinel before it answers. */
function serverOf(launcher: Launcher): Server {
  return {
    post: (path, body, type = 'application/json') =>
      launcher.http.ask(path, { method: 'POST', body, headers: { 'content-type': type } }),
    logs: () => Promise.resolve({ stdout: launcher.stdout.text, stderr: launcher.stderr.text }),
    settlingMs: 0,
  };
}

function isInstalled({ version: [program, ...args] }: Language): boolean {
  if (program === undefined) return true;
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
