import type { Initialised, Outcome } from '../observer.ts';

/** How an activation can end. */
export const activationOutcomes: readonly Outcome[] = [
  'ok',
  'application-error',
  'bad-request',
  'bad-value',
  'not-initialised',
  'queue-full',
  'shutting-down',
  'deadline-passed',
  'start-failed',
  'build-failed',
  'bad-result',
  'result-too-large',
  'action-failed',
  'command-exited',
  'out-of-memory',
  'internal',
];

/** How an initialisation can end. */
export const initOutcomes: readonly Initialised['outcome'][] = [
  'ok',
  'bad-request',
  'no-code',
  'bad-archive',
  'unknown-language',
  'build-failed',
  'start-failed',
  'shutting-down',
  'internal',
];
