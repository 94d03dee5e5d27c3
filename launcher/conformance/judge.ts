import { setTimeout as delay } from 'node:timers/promises';

import { messageOf } from '../errors.ts';
import { load } from './ask.ts';
import { Unmet } from './expect.ts';
import { countSentinels } from './logs.ts';
import { MissingSample } from './subject.ts';
import type { Case, Client, Logs, Origin, Reply, Subject } from './subject.ts';

/** A server that a case has for itself. */
export interface Server {
  post(path: '/init' | '/run', body: string, contentType?: string): Promise<Reply>;
  /** All that is in the logs now; undefined where they can't be read. */
  logs(): Promise<Logs | undefined>;
  /** How long after its answers it may write sentinels that nobody waits for, in milliseconds. */
  readonly settlingMs: number;
}

/** `differs`: not as ours, and yet not wrong. `not-run`: it could not be asked. */
export type State = 'holds' | 'differs' | 'fails' | 'not-run';

export interface Outcome {
  readonly title: string;
  readonly from: Origin;
  readonly state: State;
  /** What was met instead of what was asked for; empty if it holds. */
  readonly reasons: readonly string[];
}

/** So long the platform waits for sentinels. */
const longestWaitMs = 2000;
const pauseMs = 20;

/** What one case is asked of. */
export interface Trial {
  readonly subject: Subject;
  /** One that has just started, unless `isLoaded`. */
  readonly server: Server;
  /** Whether what only we choose has to hold as well. */
  readonly isStrict: boolean;
  /** Whether the server has the case's sample already. */
  readonly isLoaded?: boolean;
}

export async function judge(row: Case, trial: Trial): Promise<Outcome> {
  const { title, from } = row;
  const { server, isStrict } = trial;
  const reasons: string[] = [];
  const differs = (how: string): void => {
    if (!reasons.includes(how)) reasons.push(how);
  };
  const client: Client = { post: server.post.bind(server), differs };
  let isAsked = false;
  let isAllowed = true;
  try {
    await prepare(row, trial, client);
    isAsked = true;
    await hold(row, trial, client);
  } catch (thrown) {
    if (thrown instanceof MissingSample) return notRun(row, thrown.message);
    const finding = findingOf(thrown, row);
    differs(finding.words);
    isAllowed = finding.mayBe && isAsked;
  }
  if (reasons.length === 0) return { title, from, state: 'holds', reasons };
  return { title, from, state: isAllowed && !isStrict ? 'differs' : 'fails', reasons };
}

/** A case that could not be asked. */
export function notRun({ title, from }: Case, why: string): Outcome {
  return { title, from, state: 'not-run', reasons: [why] };
}

function findingOf(thrown: unknown, { known, from }: Case): { words: string; mayBe: boolean } {
  const message = messageOf(thrown);
  const other = known?.find(({ sign }) => sign.test(message));
  const words = other === undefined ? message : `${message}, as ${other.of}`;
  const isOwn = other !== undefined || from === 'own choice';
  return { words, mayBe: isOwn && thrown instanceof Unmet };
}

async function prepare({ loads }: Case, trial: Trial, client: Client): Promise<void> {
  const { subject, isLoaded = false } = trial;
  if (loads === 'none' || loads === 'own' || isLoaded) return;
  const code = subject.samples[loads];
  if (code !== undefined) await load(client, code);
}

async function hold(row: Case, { subject, server }: Trial, client: Client): Promise<void> {
  await row.check(client, subject);
  const expected = typeof row.sentinels === 'number' ? row.sentinels : row.sentinels(subject);
  const logs = await logsWith(expected, server);
  if (logs === undefined) return;
  row.logs?.(logs, subject, client);
  judgeSentinels(countSentinels(logs), expected, row, client);
}

/** The logs, once so many sentinels are on each stream and no more has come in a while. */
async function logsWith(sentinels: number, server: Server): Promise<Logs | undefined> {
  const end = Date.now() + longestWaitMs;
  for (;;) {
    const logs = await server.logs();
    if (logs === undefined) return undefined;
    if (countSentinels(logs).every((count) => count >= sentinels) || Date.now() > end) break;
    await delay(pauseMs);
  }
  await delay(server.settlingMs);
  return server.logs();
}

function judgeSentinels(
  found: readonly [number, number],
  expected: number,
  { elsewhere = [] }: Case,
  client: Client,
): void {
  const [stdout, stderr] = found;
  if (stdout === expected && stderr === expected) return;
  const counted = `${stdout} sentinels on stdout and ${stderr} on stderr`;
  const other = elsewhere.find(({ sentinels }) => sentinels === stdout && sentinels === stderr);
  if (other === undefined) throw new Unmet(`${counted}, expected ${expected}`);
  client.differs(`${counted}, as ${other.of}`);
}
