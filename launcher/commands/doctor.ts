import type { Finding, State } from '../doctor/finding.ts';
import { checkLanguages } from '../doctor/languages.ts';
import { checkLimits } from '../doctor/limits.ts';
import { checkBuildCache, checkNode, checkPort, checkTemporaryFolder } from '../doctor/machine.ts';
import { readOwnLanguages } from '../own-languages.ts';
import type { Settings } from '../settings.ts';
import { tableOf } from './table.ts';

export interface Diagnosis {
  /** Nothing that is needed is broken. */
  readonly isHealthy: boolean;
  readonly findings: readonly Finding[];
}

const signs: Readonly<Record<State, string>> = { ok: '✓', absent: '-', broken: '✗' };

/**
 * Checks this machine or image for what a server with these settings needs: one thing after the other, so that none
 * slows the activations of another.
 * @throws SettingsError for a language that does not exist, and the signal's reason
 */
export async function diagnose(settings: Settings, signal: AbortSignal): Promise<Diagnosis> {
  const { all } = readOwnLanguages(settings);
  const folders = await checkTemporaryFolder(settings);
  const machine = [
    checkNode(),
    ...folders,
    checkBuildCache(settings),
    ...checkLimits(),
    await checkPort(settings),
  ];
  // Where there are no pipes, each language would say so again.
  const canStartLoops = folders.every(({ state }) => state !== 'broken');
  const findings = [
    ...machine,
    ...(canStartLoops ? await checkLanguages(all, settings, signal) : []),
  ];
  return { isHealthy: findings.every(({ state }) => state !== 'broken'), findings };
}

/** For a person: ✓ works, - is not there and not needed, ✗ has to be mended. */
export function readable({ findings, isHealthy }: Diagnosis): string {
  const rows = findings.map(({ name, state, detail }) => [signs[state], name, detail]);
  const verdict = isHealthy
    ? 'Nothing that is needed is broken.'
    : 'What has a ✗ has to be mended.';
  return `${tableOf(rows)}\n\n${verdict}`;
}
