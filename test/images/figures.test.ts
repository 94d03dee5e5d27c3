import { afterAll, describe, expect, test } from '@jest/globals';
import { statSync, writeSync } from 'node:fs';

import { debianBase, imageOf, targets } from './build.ts';
import { inContainer } from './container.ts';
import type { Container } from './container.ts';
import { docker } from './docker.ts';
import { greeters, greets } from './hello.ts';

const megabyte = 1e6;
const mebibyte = 1024 ** 2;
/** What the launcher and all that it needs may add to its base image and Node. */
const launcherBudget = 15 * megabyte;
/** The launcher, and a node loop that has nothing to do. */
const memoryBudget = 56 * megabyte;
const starts = 3;

interface Figures {
  readonly size: number;
  readonly startMs?: number;
  readonly memory?: number;
}

const table = new Map<string, Figures>();

afterAll(() => {
  const rows = [...table].map(([target, { size, startMs, memory }]) =>
    [target, inMegabytes(size), `${startMs?.toFixed(0) ?? '-'} ms`, inMegabytes(memory)]
      .map((cell, place) => (place === 0 ? cell.padEnd(12) : cell.padStart(14)))
      .join(''),
  );
  const head = 'image                 size     first run   idle memory';
  writeSync(2, `\n${[head, ...rows].join('\n')}\n\n`);
});

describe('The figures', () => {
  test('the launcher adds at most 15 MB to its base image and Node', async () => {
    const base = await sizeOf(imageOf('base'));
    const added = base - (await sizeOf(debianBase())) - statSync(process.execPath).size;
    table.set('base', { size: base });
    table.set('(added)', { size: added });
    expect(added).toBeLessThan(launcherBudget);
  });

  test.each(greeters)('$target starts, and how much memory it then has', async (greeter) => {
    const { target } = greeter;
    const times: number[] = [];
    for (let n = 1; n < starts; n += 1) times.push(await firstRun(greeter));
    let memory = NaN;
    times.push(await firstRun(greeter, async ({ id }) => void (memory = await memoryOf(id))));
    table.set(target, { size: await sizeOf(imageOf(target)), startMs: median(times), memory });
    if (target === 'node') expect(memory).toBeLessThan(memoryBudget);
  });

  test('are of all images', () => expect(targets.filter((one) => !table.has(one))).toEqual([]));
});

/** How long it takes from `docker run` to the answer of the first activation. */
async function firstRun(
  { target, payload }: (typeof greeters)[number],
  afterwards?: (container: Container) => Promise<void>,
): Promise<number> {
  const start = performance.now();
  let took = NaN;
  await inContainer(imageOf(target), {}, async (container) => {
    await container.load({ ...payload });
    await greets(container);
    took = performance.now() - start;
    await afterwards?.(container);
  });
  return took;
}

/** As docker counts it, which is without the files that nobody uses any more; docker takes a second for that. */
async function memoryOf(id: string): Promise<number> {
  const usage = await docker('stats', '--no-stream', '--format', '{{.MemUsage}}', id);
  const mebibytes = /^([\d.]+)MiB/.exec(usage)?.[1];
  if (mebibytes === undefined) throw new Error(`docker stats: ${usage}`);
  return Number(mebibytes) * mebibyte;
}

async function sizeOf(image: string): Promise<number> {
  return Number(await docker('image', 'inspect', '--format', '{{.Size}}', image));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function inMegabytes(bytes: number | undefined): string {
  return bytes === undefined ? '-' : `${(bytes / megabyte).toFixed(1)} MB`;
}
