import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeEnding, endingOf, spawnGroup } from '../loop/spawn.ts';
import { killGroup } from '../loop/stop.ts';
import type { Environment } from '../settings.ts';

/** A compiler or installer: a program that is run once, to its end. */
export interface Tool {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly environment: Environment;
}

export interface ToolResult {
  /** What it printed on either stream, in its order as far as that can be told. */
  readonly output: string;
  /** How it ended, if not with code 0. */
  readonly failure: string | undefined;
  /** Whether it ended as a shell does that finds no such program. */
  readonly isMissing: boolean;
}

const noSuchProgram = 127;

/**
 * Runs a tool; nothing of its process group and of its temporary files outlives it.
 * @throws Node's own error where it can't be started, and the signal's reason
 */
export async function runTool(tool: Tool, signal: AbortSignal): Promise<ToolResult> {
  signal.throwIfAborted();
  // A compiler that is killed removes nothing itself.
  const TMPDIR = await mkdtemp(join(tool.environment['TMPDIR'] ?? tmpdir(), 'polyglot-launcher-'));
  try {
    return await run({ ...tool, environment: { ...tool.environment, TMPDIR } }, signal);
  } finally {
    await rm(TMPDIR, { recursive: true, force: true });
  }
}

async function run(tool: Tool, signal: AbortSignal): Promise<ToolResult> {
  const child = await spawnGroup({ ...tool, stdio: ['ignore', 'pipe', 'pipe'] });
  const pid = child.pid ?? 0;
  const kill = (): void => void killGroup(pid);
  signal.addEventListener('abort', kill);
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  }
  const closed = new Promise((resolve) => child.once('close', resolve));
  const ending = await endingOf(child);
  await killGroup(pid);
  await closed;
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  const output = Buffer.concat(chunks).toString();
  const failure = ending.code === 0 ? undefined : describeEnding(ending);
  return { output, failure, isMissing: ending.code === noSuchProgram };
}
