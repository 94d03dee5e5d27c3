import spawn from 'cross-spawn';
import { once } from 'node:events';
import { closeSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { BuildCache } from '../code/build-cache.ts';
import { messageOf } from '../errors.ts';
import { Pipes } from '../loop/pipes.ts';
import { makePrivateFolder } from '../private-folder.ts';
import type { Settings } from '../settings.ts';
import { absent, broken, ok } from './finding.ts';
import type { Finding } from './finding.ts';

const oldestNode = [20, 19] as const;

export function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNewEnough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const found = process.versions.node;
  if (isNewEnough) return ok('Node', found);
  return broken('Node', `${found}, and ${oldestNode.join('.')} or later is needed`);
}

/** The one folder that is written to, and where archives are started from. */
export async function checkTemporaryFolder({ temporaryFolder }: Settings): Promise<Finding[]> {
  let folder: string;
  try {
    folder = makePrivateFolder(temporaryFolder);
  } catch (thrown) {
    return [broken('TMPDIR', messageOf(thrown).replace(/^TMPDIR: /, ''))];
  }
  try {
    return [await checkExecution(folder, temporaryFolder), await checkPipes(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkExecution(folder: string, parent: string): Promise<Finding> {
  const program = join(folder, 'program');
  writeFileSync(program, '#!/bin/sh\necho it runs\n', { mode: 0o755 });
  const said = await outputOf(program);
  if (said === 'it runs\n') return ok('TMPDIR', `${parent} can be written to and executed from`);
  const remedy = 'mount it without noexec, and have a /bin/sh';
  return broken('TMPDIR', `${parent} can be written to, but nothing starts from it: ${remedy}`);
}

/** Loops open their pipes by path; what is no FIFO can't be opened so. */
async function checkPipes(folder: string): Promise<Finding> {
  try {
    const pipes = new Pipes(folder);
    const { ours, theirs } = await pipes.open('read');
    const child = spawn('sh', ['-c', 'echo by path >/dev/fd/3'], {
      stdio: ['ignore', 'ignore', 'ignore', theirs],
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    await pipes.settled();
    closeSync(ours);
    closeSync(theirs);
    if (code === 0) return ok('FIFOs', 'mkfifo makes them, and /dev/fd/3 opens by path');
    return broken('FIFOs', 'expected that /dev/fd/3 can be opened by path: mount /proc and /dev');
  } catch (thrown) {
    return broken('FIFOs', `expected a mkfifo (package coreutils): ${messageOf(thrown)}`);
  }
}

/** Whether the server could listen. */
export async function checkPort({ port, host }: Settings): Promise<Finding> {
  const server = createServer();
  try {
    server.listen({ port, ...(host === undefined ? {} : { host }) });
    await once(server, 'listening');
    return ok(`port ${port}`, 'free');
  } catch (thrown) {
    return broken(`port ${port}`, `${messageOf(thrown)}; PORT chooses another one`);
  } finally {
    server.close();
  }
}

/** What `OW_BUILD_CACHE` says, if it says anything. */
export function checkBuildCache({ buildCache }: Settings): Finding {
  if (buildCache === undefined) return absent('build cache', 'off; OW_BUILD_CACHE names a folder');
  try {
    BuildCache.open(buildCache);
  } catch (thrown) {
    return broken('build cache', `OW_BUILD_CACHE: ${messageOf(thrown)}`);
  }
  const probe = join(buildCache, `.doctor-${process.pid}`);
  try {
    writeFileSync(probe, '');
    rmSync(probe);
    return ok('build cache', `${buildCache} can be written to`);
  } catch (thrown) {
    return absent('build cache', `nothing new is kept: ${messageOf(thrown)}`);
  }
}

async function outputOf(program: string): Promise<string> {
  const child = spawn(program, [], { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close').catch(() => undefined);
  return output;
}
