import type { Finding, State } from '../doctor/finding.ts';
import { checkLanguage } from '../doctor/languages.ts';
import { checkLimits } from '../doctor/limits.ts';
import { checkBuildCache, checkNode, checkPort, checkTemporaryFolder } from '../doctor/machine.ts';
import { Languages } from '../languages.ts';
import { languagesFolder } from '../paths.ts';
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
 */
export async function diagnose(settings: Settings): Promise<Diagnosis> {
  const machine = [
    checkNode(),
    ...(await checkTemporaryFolder(settings)),
    checkBuildCache(settings),
    ...checkLimits(),
    await checkPort(settings),
  ];
  const findings = [...machine];
  const canStartLoops = machine.every(({ state }) => state !== 'broken');
  const languages = canStartLoops ? Languages.read(languagesFolder).all : [];
  for (const language of languages) findings.push(await checkLanguage(language, settings));
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
