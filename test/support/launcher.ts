import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { freePort } from '../../launcher/free-port.ts';
import { HttpClient, tryToConnect } from './http.ts';
import type { Answer } from './http.ts';
import { LogPipe } from './log-pipe.ts';
import { processesMarked } from './processes.ts';
import type { Found } from './processes.ts';

export const program = join(import.meta.dirname, '../../dist/polyglot-launcher.cjs');

export interface LauncherOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly argv?: readonly string[];
  /** Another installation of the launcher than this one's. */
  readonly installed?: string;
  /** Nobody reads stdout and stderr before the test does. */
  readonly unread?: boolean;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const mark = '__OW_TEST_MARK';
const longestEndMs = 20_000;

/** A launcher as its users have it: a process with a port, two log streams and a temporary folder. */
export class Launcher {
  readonly port: number;
  readonly pid: number;
  readonly stdout: LogPipe;
  readonly stderr: LogPipe;
  /** Its TMPDIR, which nobody else writes to. */
  readonly folder: string;
  readonly exited: Promise<Exit>;
  readonly http: HttpClient;
  readonly #mark = randomUUID();
  readonly #child: ChildProcess;

  /** Starts it, and waits for nothing. */
  constructor(port: number, options: LauncherOptions = {}) {
    const { env = {}, argv = [], installed = program, unread = false } = options;
    this.port = port;
    this.folder = mkdtempSync(join(tmpdir(), 'launcher-test-'));
    this.stdout = new LogPipe();
    this.stderr = new LogPipe();
    this.#child = spawn(process.execPath, [installed, ...argv], {
      env: { ...surroundings(this.folder), PORT: `${port}`, [mark]: this.#mark, ...env },
      stdio: ['ignore', this.stdout.theirs, this.stderr.theirs],
    });
    closeSync(this.stdout.theirs);
    closeSync(this.stderr.theirs);
    if (!unread) {
      this.stdout.follow();
      this.stderr.follow();
    }
    this.pid = this.#child.pid ?? 0;
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.http = new HttpClient(port);
  }

  /** Starts it, and waits until its port is open. */
  static async start(options: LauncherOptions = {}): Promise<Launcher> {
    const launcher = new Launcher(await freePort(), options);
    await launcher.listening();
    return launcher;
  }

  async listening(): Promise<void> {
    for (;;) {
      const socket = await tryToConnect(this.port);
      socket?.destroy();
      if (socket !== undefined) return;
      const exit = await Promise.race([this.exited, delay(5)]);
      if (exit === undefined) continue;
      await this.dispose();
      throw new Error(`the launcher ended with code ${exit.code}: ${this.stderr.text}`);
    }
  }

  /** `POST /init` with the given `value`; a text is code of the language that the launcher is set to. */
  init(value: string | Readonly<Record<string, unknown>>): Promise<Answer> {
    const payload = typeof value === 'string' ? { code: value } : value;
    return this.post('/init', JSON.stringify({ value: payload }));
  }

  /** `POST /init`, for what has to work. */
  async load(value: string | Readonly<Record<string, unknown>>): Promise<void> {
    const { status, text } = await this.init(value);
    if (status !== 200) throw new Error(`/init answered ${status}: ${text} ${this.stderr.text}`);
  }

  /** `POST /run` with `{"value": value, …context}`. */
  run(value: unknown = {}, context: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.post('/run', JSON.stringify({ value, ...context }));
  }

  post(path: string, body: string | Buffer): Promise<Answer> {
    return this.http.ask(path, { method: 'POST', body });
  }

  get(path: string): Promise<Answer> {
    return this.http.ask(path);
  }

  /** How many sentinels are on stdout and on stderr now. */
  get sentinels(): [number, number] {
    return [this.stdout.sentinels, this.stderr.sentinels];
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Its own process aside, what it started and what those started. */
  get processes(): Found[] {
    return processesMarked(mark, this.#mark).filter(({ pid }) => pid !== this.pid);
  }

  /** What is in its temporary folder, at any depth. */
  get files(): string[] {
    return readdirSync(this.folder, { recursive: true }).map(String).sort();
  }

  /** Ends it as the platform does, and makes sure that nothing is left. */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    await this.assertNothingLeft({ code: 0, signal: null });
  }

  /** For a launcher that is about to end, or has ended. */
  async assertNothingLeft(expected: Exit): Promise<void> {
    const { code, signal } = await this.#end();
    this.http.close();
    const { processes, files } = this;
    if (code !== expected.code || signal !== expected.signal) {
      throw new Error(`the launcher ended with ${code ?? signal ?? ''}: ${this.stderr.text}`);
    }
    if (processes.length > 0) throw new Error(`left processes: ${JSON.stringify(processes)}`);
    if (files.length > 0) throw new Error(`left files: ${files.join(', ')}`);
  }

  /** @throws Error when it does not end in time for a test to tidy up */
  async #end(): Promise<Exit> {
    const timeout = new AbortController();
    const late = delay(longestEndMs, undefined, { signal: timeout.signal }).catch(() => undefined);
    const exit = await Promise.race([this.exited, late]);
    timeout.abort();
    if (exit === undefined) throw new Error(`the launcher did not end in ${longestEndMs} ms`);
    return exit;
  }

  /** Ends all of it, however it is. */
  async dispose(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
    for (const { pid } of this.processes) killIfThere(pid);
    this.http.close();
    this.stdout.close();
    this.stderr.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Serves for the time of one body; if that goes well the launcher is ended, and nothing may be left. */
export async function serving(
  options: LauncherOptions,
  body: (launcher: Launcher) => Promise<void>,
): Promise<void> {
  const launcher = await Launcher.start(options);
  try {
    await body(launcher);
    await launcher.stop();
  } finally {
    await launcher.dispose();
  }
}

/** Runs the program until it ends by itself, which it has to do before it serves. */
export async function ending(
  options: LauncherOptions,
): Promise<Exit & { readonly stdout: string; readonly stderr: string }> {
  const launcher = new Launcher(await freePort(), options);
  try {
    const exit = await launcher.exited;
    await launcher.assertNothingLeft(exit);
    return { ...exit, stdout: launcher.stdout.text, stderr: launcher.stderr.text };
  } finally {
    await launcher.dispose();
  }
}

/** Nothing of the environment of the tests but what programs need. */
function surroundings(folder: string): Record<string, string | undefined> {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, TMPDIR: folder, HOST: '127.0.0.1' };
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}
