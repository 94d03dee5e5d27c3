import spawn from 'cross-spawn';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { freePort } from '../free-port.ts';
import { Inlet } from '../loop/inlet.ts';
import { Pipes } from '../loop/pipes.ts';
import { killGroup, signalGroup } from '../loop/stop.ts';
import { makePrivateFolder } from '../private-folder.ts';
import type { Environment } from '../settings.ts';
import { excerpt } from './expect.ts';
import { ask } from './request.ts';
import type { RunningServer, Servers } from './servers.ts';
import type { Logs, Reply } from './subject.ts';

export interface ProcessOptions {
  readonly argv: readonly string[];
  readonly environment: Environment;
  /** Where it listens; undefined for a free port, which `PORT` tells it. */
  readonly port: number | undefined;
  /** The folder in which each server gets its `TMPDIR`. */
  readonly temporaryFolder: string;
  readonly settlingMs: number;
}

const longestStartMs = 60_000;
const longestEndMs = 10_000;
const lookEveryMs = 10;

/** Servers that are processes of this machine. */
export function processServers(options: ProcessOptions): Servers {
  return {
    atOnce: options.port === undefined ? 2 : 1,
    start: (environment, signal) => ProcessServer.start(options, environment, signal),
  };
}

class ProcessServer implements RunningServer {
  readonly settlingMs: number;
  readonly #port: number;
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #stdout = new Stream();
  readonly #stderr = new Stream();
  #child: ChildProcess | undefined;

  private constructor(port: number, options: ProcessOptions, signal: AbortSignal) {
    this.#port = port;
    this.settlingMs = options.settlingMs;
    this.#folder = makePrivateFolder(options.temporaryFolder);
    this.#signal = signal;
  }

  /** @throws Error with what it said if it ends, or does not listen in time */
  static async start(
    options: ProcessOptions,
    environment: Environment,
    signal: AbortSignal,
  ): Promise<ProcessServer> {
    const server = new ProcessServer(options.port ?? (await freePort()), options, signal);
    try {
      await server.#spawn(options.argv, { ...options.environment, ...environment });
      await server.#listening();
      return server;
    } catch (thrown) {
      await server.end();
      throw thrown;
    }
  }

  post(path: string, body: string, contentType = 'application/json'): Promise<Reply> {
    const url = new URL(path, `http://127.0.0.1:${this.#port}`);
    return ask(url, { method: 'POST', body, contentType }, this.#signal);
  }

  logs(): Promise<Logs> {
    return Promise.resolve({ stdout: this.#stdout.text, stderr: this.#stderr.text });
  }

  /** Ends it as the platform does, and whatever is then left of its process group. */
  async end(): Promise<void> {
    const child = this.#child;
    if (child?.pid !== undefined) {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        signalGroup(child.pid, 'SIGTERM');
        await Promise.race([ended, delay(longestEndMs, undefined, { ref: false })]);
      }
      await killGroup(child.pid);
      await this.#portClosed();
    }
    this.#stdout.close();
    this.#stderr.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #spawn(argv: readonly string[], environment: Environment): Promise<void> {
    const [program = '', ...args] = argv;
    const pipes = new Pipes(this.#folder);
    const stdio = [await this.#stdout.open(pipes), await this.#stderr.open(pipes)];
    this.#child = spawn(program, args, {
      stdio: ['ignore', ...stdio],
      env: { ...environment, PORT: `${this.#port}`, TMPDIR: this.#folder },
      // A group of its own: a Ctrl-C is for us, and we end it.
      detached: true,
    });
    this.#child.on('error', () => undefined);
    for (const fd of stdio) closeSync(fd);
  }

  async #listening(): Promise<void> {
    const end = Date.now() + longestStartMs;
    while (!(await isListening(this.#port))) {
      this.#signal.throwIfAborted();
      if (this.#hasEnded()) throw new Error(`the server ended at once: ${this.#lastWords()}`);
      if (Date.now() > end) {
        throw new Error(`the server does not listen on port ${this.#port}: ${this.#lastWords()}`);
      }
      await delay(lookEveryMs);
    }
  }

  /** The threads of a process that was killed may keep its port for a moment, and the next server may be on it. */
  async #portClosed(): Promise<void> {
    const end = Date.now() + longestEndMs;
    while (Date.now() < end && (await isListening(this.#port))) await delay(lookEveryMs);
  }

  #hasEnded(): boolean {
    const child = this.#child;
    return child?.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  }

  #lastWords(): string {
    return excerpt(`${this.#stdout.text}${this.#stderr.text}`) || 'it said nothing';
  }
}

/** What a server writes to one of its streams, by a pipe that an action may open by path. */
class Stream {
  readonly #chunks: Buffer[] = [];
  #inlet: Inlet | undefined;

  /** @returns the end of the child */
  async open(pipes: Pipes): Promise<number> {
    const { ours, theirs } = await pipes.open('read');
    this.#inlet = new Inlet(ours, (bytes) => this.#chunks.push(Buffer.from(bytes)));
    return theirs;
  }

  /** All that was written until now. */
  get text(): string {
    this.#inlet?.drain();
    return Buffer.concat(this.#chunks).toString();
  }

  close(): void {
    this.#inlet?.close();
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
