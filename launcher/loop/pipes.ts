import spawn from 'cross-spawn';
import { once } from 'node:events';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const batch = 8;

/** Both ends of one pipe, as file descriptors. */
export interface Pipe {
  /** The launcher's end, non-blocking. */
  readonly ours: number;
  /** The child's end, blocking as programs expect; to be closed here once the child has it. */
  readonly theirs: number;
}

/**
 * Makes pipes. Node's own are socket pairs, and a program that opens `/dev/stdin` or `/dev/fd/3` by path
 * gets ENXIO from a socket (measured); Node can't make a FIFO, so `mkfifo` does, several at a time.
 */
export class Pipes {
  readonly #folder: string;
  #made = 0;
  #stock: Promise<string[]> | undefined;

  /** @param folder a private folder; FIFOs are in it for the moment between making and opening */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the first ones before they are asked for. */
  prepare(): void {
    this.#stock ??= this.#make();
    this.#stock.catch(() => undefined);
  }

  /** A pipe whose end of the given name is the launcher's. */
  async open(ours: 'read' | 'write'): Promise<Pipe> {
    const path = await this.take();
    const pipe = openEnds(path, ours);
    unlinkSync(path);
    return pipe;
  }

  /** The path of a new FIFO, for who opens it again and again and removes it. */
  async take(): Promise<string> {
    this.#stock ??= this.#make();
    const stock = this.#stock;
    const path = (await stock.catch(this.#forget)).pop();
    if (path !== undefined) return path;
    if (this.#stock === stock) this.#stock = undefined;
    return this.take();
  }

  /** Settles when nothing is being made any more. */
  async settled(): Promise<void> {
    await this.#stock?.catch(() => undefined);
  }

  readonly #forget = (thrown: unknown): never => {
    this.#stock = undefined;
    throw thrown;
  };

  async #make(): Promise<string[]> {
    const paths = Array.from({ length: batch }, (_, n) =>
      join(this.#folder, `pipe-${this.#made + n}`),
    );
    this.#made += batch;
    const child = spawn('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`mkfifo ended with code ${code} in ${this.#folder}`);
    return paths;
  }
}

/** Opens both ends without waiting for anybody: a FIFO that is open for both never blocks. */
function openEnds(path: string, ours: 'read' | 'write'): Pipe {
  const both = openSync(path, 'r+');
  const read = openSync(path, O_RDONLY | (ours === 'read' ? O_NONBLOCK : 0));
  const write = openSync(path, O_WRONLY | (ours === 'write' ? O_NONBLOCK : 0));
  closeSync(both);
  return ours === 'read' ? { ours: read, theirs: write } : { ours: write, theirs: read };
}
