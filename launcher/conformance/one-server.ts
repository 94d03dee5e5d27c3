import { SettingsError } from '../settings.ts';
import { onlyOnce } from './answers.ts';
import { shown, text } from './ask.ts';
import { judge, notRun } from './judge.ts';
import type { Outcome, Server } from './judge.ts';
import { ask } from './request.ts';
import type { Case } from './subject.ts';
import type { Suite } from './suite.ts';

/**
 * Runs the cases that one running server can be asked: those that need no action, then one init and those that can share
 * it. What may leave a server in disorder comes last.
 * @returns the outcomes in the order of the cases
 * @throws SettingsError where no server is, or one that has its action
 */
export async function runOnOneServer(suite: Suite, url: URL): Promise<Outcome[]> {
  const { subject, isStrict, signal, onDone } = suite;
  const server = serverAt(url, signal);
  await expectEmpty(server, url);
  const outcomes = new Map<Case, Outcome>();
  let isLoaded = false;
  for (const row of inOrder(suite.rows)) {
    const needsCode = row.loads !== 'none';
    // Where logs can't be read, an action that also prints is as good as one that does not.
    const asked = needsCode ? ({ ...row, loads: 'echo' } as const) : row;
    outcomes.set(row, await judge(asked, { subject, server, isStrict, isLoaded }));
    isLoaded = needsCode;
    signal.throwIfAborted();
    onDone();
  }
  return suite.rows.map((row) => outcomes.get(row) ?? notRun(row, 'needs a fresh server'));
}

function inOrder(rows: readonly Case[]): Case[] {
  const shared = rows.filter(({ environment }) => environment === undefined);
  const before = shared.filter(({ loads }) => loads === 'none');
  const after = shared.filter(({ loads }) => loads === 'echo' || loads === 'silent');
  return [...ownChoiceLast(before), ...ownChoiceLast(after)];
}

function ownChoiceLast(rows: readonly Case[]): Case[] {
  const isOwn = ({ from }: Case): boolean => from === 'own choice';
  return [...rows.filter((row) => !isOwn(row)), ...rows.filter(isOwn)];
}

function serverAt(base: URL, signal: AbortSignal): Server {
  return {
    post(path, body, contentType = 'application/json') {
      const url = new URL(base.pathname.replace(/\/*$/, path), base);
      return ask(url, { method: 'POST', body, contentType }, signal);
    },
    logs: () => Promise.resolve(undefined),
    settlingMs: 0,
  };
}

async function expectEmpty(server: Server, url: URL): Promise<void> {
  const reply = await server.post('/init', '{}');
  if (reply.status === 0) {
    throw new SettingsError(`--url: expected a server at ${url.href}, got ${shown(reply)}`);
  }
  if (text(reply).includes(String(onlyOnce.error))) {
    throw new SettingsError(`--url: expected a server without an action, got ${shown(reply)}`);
  }
}
