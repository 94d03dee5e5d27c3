import { setTimeout as delay } from 'node:timers/promises';

import { messageOf } from '../errors.ts';
import { load } from './ask.ts';
import { Unmet } from './expect.ts';
import { countSentinels } from './logs.ts';
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

/**
 * Runs one case against a server that has just started.
 * @param isStrict whether what only we choose has to hold as well
 */
export async function judge(
  row: Case,
  subject: Subject,
  server: Server,
  isStrict: boolean,
): Promise<Outcome> {
  const { title, from } = row;
  const reasons: string[] = [];
  const differs = (how: string): void => void reasons.push(how);
  const client: Client = { post: server.post.bind(server), differs };
  let isMet = true;
  try {
    await hold(row, subject, server, client);
  } catch (thrown) {
    isMet = false;
    differs(messageOf(thrown));
    // What is no finding of ours is a failure wherever it comes from.
    if (!(thrown instanceof Unmet)) return { title, from, state: 'fails', reasons };
  }
  if (reasons.length === 0) return { title, from, state: 'holds', reasons };
  const isAllowed = !isStrict && (isMet || from === 'own choice');
  return { title, from, state: isAllowed ? 'differs' : 'fails', reasons };
}

async function hold(row: Case, subject: Subject, server: Server, client: Client): Promise<void> {
  const { loads } = row;
  const code = loads === 'none' || loads === 'own' ? undefined : subject.samples[loads];
  if (code !== undefined) await load(client, code);
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
