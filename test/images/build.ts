import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { debianImage, nodeImage, rustImage } from './debian.ts';
import { docker } from './docker.ts';

export const projectFolder = join(import.meta.dirname, '../..');
const dockerfile = join(projectFolder, 'images/Dockerfile');

/** Passes the name of the Debian image on to the tests. */
const debianVariable = 'TEST_DEBIAN_IMAGE';

/** Stages that other stages take from, and nobody runs. */
const inner = new Set(['build', 'system', 'rust-build']);

/** The targets of images/Dockerfile. */
export const targets: readonly string[] = [
  ...readFileSync(dockerfile, 'utf8').matchAll(/^FROM \S+ AS (\S+)$/gm),
].flatMap(([, name = '']) => (inner.has(name) ? [] : [name]));

export function imageOf(target: string): string {
  return `polyglot-launcher-${target}`;
}

/** Builds every target as a user does, on bases that this machine has made. */
export async function buildTargets(say: (line: string) => void): Promise<void> {
  const debian = await timed('debian', debianImage(), say);
  const node = await timed('node', nodeImage(debian), say);
  const rust = await timed('rust', rustImage(debian), say);
  process.env[debianVariable] = debian;
  const images = { DEBIAN_IMAGE: debian, NODE_IMAGE: node, RUST_IMAGE: rust };
  const bases = Object.entries(images).flatMap((pair) => ['--build-arg', pair.join('=')]);
  for (const target of targets) {
    const what = ['--target', target, '--tag', imageOf(target), '--file', dockerfile];
    await timed(target, docker('build', '--quiet', ...bases, ...what, projectFolder), say);
  }
}

/** The image that stands for Debian's. */
export function debianBase(): string {
  return process.env[debianVariable] ?? '';
}

/**
 * Builds what is made on top of the targets.
 * @param options more of the options of `docker build`
 * @returns the image's id
 */
export function buildOnTop(folder: string, ...options: readonly string[]): Promise<string> {
  const debian = ['--build-arg', `DEBIAN_IMAGE=${debianBase()}`];
  return docker('build', '--quiet', ...debian, ...options, folder);
}

async function timed<T>(what: string, work: Promise<T>, say: (line: string) => void): Promise<T> {
  const start = performance.now();
  const result = await work;
  say(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
