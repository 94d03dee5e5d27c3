import { describe, expect, test } from '@jest/globals';

import { casesFor } from '../../launcher/conformance/cases.ts';
import { judge } from '../../launcher/conformance/judge.ts';
import type { Server } from '../../launcher/conformance/judge.ts';
import { readSamples } from '../../launcher/conformance/samples.ts';
import type { Case, Subject } from '../../launcher/conformance/subject.ts';
import { Languages } from '../../launcher/languages.ts';
import { languagesFolder } from '../../launcher/paths.ts';
import { withFolder } from '../support/folders.ts';
import { buildOnTop, imageOf, targets } from './build.ts';
import { inContainer } from './container.ts';
import type { Container } from './container.ts';

/** The table is for containers that have no action yet. */
const withoutStub = { OW_STUB: '' };
/** Executables are whatever their image can run, and the samples of these two are Python. */
const needsPython = new Set(['native', 'actionloop']);
/** What docker still has to read from a stream after the answer came. */
const settlingMs = 50;

for (const language of Languages.read(languagesFolder).all) {
  const { name, logInitErrors, oneShot = false } = language;
  if (!targets.includes(name)) continue;
  const subject: Subject = { name, samples: readSamples(language), logInitErrors, oneShot };
  const image = needsPython.has(name) ? await withPython(name) : imageOf(name);
  describe(`In ${imageOf(name)}`, () => {
    const rows = [...casesFor(subject.samples)];
    test.concurrent.each(rows)('$title', (row) => hold(row, subject, image));
  });
}

/** The image of a target, and Python on top of it. */
function withPython(target: string): Promise<string> {
  const install = 'apt-get update && apt-get install -y --no-install-recommends python3';
  const Dockerfile = `FROM ${imageOf(target)}\nUSER 0\nRUN ${install}\nUSER 1001:0\n`;
  return withFolder({ Dockerfile }, buildOnTop);
}

function hold(row: Case, subject: Subject, image: string): Promise<void> {
  const env = { ...withoutStub, OW_LANGUAGE: subject.name, ...row.environment };
  return inContainer(image, { env }, async (container) => {
    const trial = { subject, server: serverOf(container), isStrict: true };
    const { reasons } = await judge(row, trial);
    expect(reasons).toEqual([]);
  });
}

function serverOf(container: Container): Server {
  return {
    post: (path, body, type = 'application/json') =>
      container.http.ask(path, { method: 'POST', body, headers: { 'content-type': type } }),
    logs: () => container.logs(),
    settlingMs,
  };
}
