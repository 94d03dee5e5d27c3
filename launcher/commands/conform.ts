import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';

import { casesFor } from '../conformance/cases.ts';
import { countsOf } from '../conformance/report.ts';
import type { Report } from '../conformance/report.ts';
import { readSamples } from '../conformance/samples.ts';
import { findTarget } from '../conformance/target.ts';
import type { TargetRequest } from '../conformance/target.ts';
import { SettingsError } from '../settings.ts';
import type { Settings } from '../settings.ts';

export { readable } from '../conformance/report.ts';

export interface ConformRequest extends TargetRequest {
  /** Whether what only we choose has to hold as well; it always has to where the launcher itself is tried. */
  readonly strict?: boolean;
  /** Only the cases whose titles hold this text. */
  readonly case?: string;
}

const stderr = 2;

/**
 * Tries the action interface.
 * @throws SettingsError for bad use, Error where nothing can be tried
 */
export async function conform(
  request: ConformRequest,
  settings: Settings,
  signal: AbortSignal,
): Promise<Report> {
  const target = await findTarget(request, settings);
  const { language } = target;
  const { name, logInitErrors, oneShot = false } = language;
  const samples = readSamples(language);
  const rows = casesFor(samples).filter(({ title }) => title.includes(request.case ?? ''));
  if (rows.length === 0) {
    throw new SettingsError(
      `--case: expected a part of a title, got ${JSON.stringify(request.case)}`,
    );
  }
  const cases = await target.run({
    rows,
    subject: { name, samples, logInitErrors, oneShot },
    isStrict: target.isOurs || request.strict === true,
    signal,
    onDone: progressOf(rows.length),
  });
  const { readsLogs } = target;
  return { subject: target.name, language: name, readsLogs, counts: countsOf(cases), cases };
}

/** Where a person looks on. */
function progressOf(all: number): () => void {
  let done = 0;
  return () => {
    done += 1;
    if (isatty(stderr)) writeSync(stderr, done < all ? `\r${done} of ${all}` : '\r\u001b[K');
  };
}
