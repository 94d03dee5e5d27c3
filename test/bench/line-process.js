import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';

import { start, stop } from './children.js';

const LF = 10;
let made = 0;

/** A process that answers lines from stdin on descriptor 3, over pipes and with no HTTP: the bare loop. */
export class LineProcess {
  #child;
  #input;
  #output;
  /** @type {Buffer} the beginning of a line */
  #left = Buffer.alloc(0);
  /** @type {(line: Buffer) => void} */
  #take = () => undefined;
  /** The end that is written to. */
  fd;

  /**
   * @param {string[]} argv
   * @param {{folder: string, cwd?: string}} options folder: for the pipes' names
   */
  constructor(argv, { folder, cwd = folder }) {
    const toChild = openPipe(folder, 'write');
    const fromChild = openPipe(folder, 'read');
    this.#child = start(argv, {
      cwd,
      stdio: [toChild.theirs, 'ignore', 'ignore', fromChild.theirs],
    });
    closeSync(toChild.theirs);
    closeSync(fromChild.theirs);
    this.fd = toChild.ours;
    this.#input = new Socket({ fd: toChild.ours, readable: false, writable: true });
    this.#output = new Socket({ fd: fromChild.ours, readable: true, writable: false });
    this.#output.on('data', (chunk) => this.#split(chunk));
  }

  /**
   * @param {string} line
   * @returns {Promise<string>} its answer
   */
  ask(line) {
    return new Promise((resolve) => {
      this.#take = (answer) => resolve(answer.toString());
      this.#input.write(`${line}\n`);
    });
  }

  async stop() {
    this.#input.destroy();
    await stop(this.#child);
    this.#output.destroy();
  }

  /** @param {(line: Buffer) => void} take what gets every further line */
  onLine(take) {
    this.#take = take;
  }

  /** @param {Buffer} chunk */
  #split(chunk) {
    const bytes = this.#left.length === 0 ? chunk : Buffer.concat([this.#left, chunk]);
    let from = 0;
    for (let to = bytes.indexOf(LF); to !== -1; to = bytes.indexOf(LF, from)) {
      this.#take(bytes.subarray(from, to));
      from = to + 1;
    }
    this.#left = bytes.subarray(from);
  }
}

/**
 * Asks the same again and again.
 * @param {LineProcess} loop
 * @param {{line: string, seconds: number}} load
 * @returns {Promise<number[]>} what each answer took, in microseconds
 */
export async function timeAnswers(loop, { line, seconds }) {
  const times = [];
  let before = performance.now();
  for (const end = before + seconds * 1000; before < end;) {
    await loop.ask(line);
    const after = performance.now();
    times.push((after - before) * 1000);
    before = after;
  }
  return times;
}

/** @param {string} folder @param {'read' | 'write'} ours */
function openPipe(folder, ours) {
  const path = join(folder, `line-pipe-${(made += 1)}`);
  execFileSync('mkfifo', [path]);
  const both = openSync(path, 'r+'); // or each end would wait for the other
  const nonBlocking = constants.O_NONBLOCK;
  const read = openSync(path, constants.O_RDONLY | (ours === 'read' ? nonBlocking : 0));
  const write = openSync(path, constants.O_WRONLY | (ours === 'write' ? nonBlocking : 0));
  closeSync(both);
  unlinkSync(path);
  return ours === 'read' ? { ours: read, theirs: write } : { ours: write, theirs: read };
}
