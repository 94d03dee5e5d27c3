import { readFileSync } from 'node:fs';

/** Where the files of this process's control group may be: v2, then v1; by its path, or as its container sees it. */
const places: readonly {
  readonly group: (controller: string) => RegExp;
  readonly folder: (controller: string, path: string) => string;
}[] = [
  { group: () => /^0::(.*)$/m, folder: (_, path) => `/sys/fs/cgroup${path}` },
  { group: () => /^0::(.*)$/m, folder: () => '/sys/fs/cgroup' },
  { group: inV1, folder: (controller, path) => `/sys/fs/cgroup/${controller}${path}` },
  { group: inV1, folder: (controller) => `/sys/fs/cgroup/${controller}` },
];

function inV1(controller: string): RegExp {
  return new RegExp(String.raw`^\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, 'm');
}

/** @returns what a file of a controller says, or undefined where there is no such file */
export function cgroupFile(controller: string, name: string): string | undefined {
  const own = readText('/proc/self/cgroup') ?? '';
  for (const { group, folder } of places) {
    const path = group(controller).exec(own)?.[1];
    const text = path === undefined ? undefined : readText(`${folder(controller, path)}/${name}`);
    if (text !== undefined) return text;
  }
  return undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
