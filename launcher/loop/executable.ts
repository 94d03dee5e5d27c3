import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';

const elf = Buffer.from('\x7fELF');
const hashBang = Buffer.from('#!');

/**
 * What the system would make of a file. Node hands anything else to `/bin/sh`, and then an empty
 * file "succeeds" (measured): look before spawning.
 */
export function executableKind(start: Buffer): 'elf' | 'script' | undefined {
  if (start.subarray(0, elf.length).equals(elf)) return 'elf';
  return start.subarray(0, hashBang.length).equals(hashBang) ? 'script' : undefined;
}

/**
 * The program of a `#!` line and its one argument, as the system reads them: what runs a script where the system does
 * not, as on a file system that is mounted noexec.
 */
export function interpreterWords(start: Buffer): string[] {
  const [, program = '', argument = ''] = /^#!\s*(\S+)[ \t]*(.*)/.exec(start.toString()) ?? [];
  return [program, argument.trim()].filter((word) => word !== '');
}

/** The first bytes of a file, enough for a `#!` line. */
export function startOf(path: string): Buffer {
  const fd = openSync(path, 'r');
  try {
    const start = Buffer.alloc(256);
    return start.subarray(0, readSync(fd, start, 0, start.length, 0));
  } finally {
    closeSync(fd);
  }
}

/** Whether it is a file that this user may execute; what the system makes of it is another question. */
export function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
