import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const LANGUAGES = join(import.meta.dirname, '../../languages');
const LF = 0x0a;

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface LoopOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Hands the loop a stdout that somebody made non-blocking; nothing reads it before `stdout.read()`. */
  readonly slowLogs?: boolean;
}

export interface Code {
  readonly main?: string;
  readonly env?: Record<string, string>;
  /** The file to load, when it is not the manifest's first entry that exists. */
  readonly entry?: string;
}

/** A loop of `languages/` as a real process on real FIFOs, seen from the launcher's side. */
export class LoopProcess {
  readonly folder = fs.mkdtempSync(join(tmpdir(), 'loop-'));
  readonly exited: Promise<Exit>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly pid: number;
  readonly #answers: Output;
  readonly #stdin: Socket;
  readonly #manifest: Manifest;
  #asked = 0;

  constructor(language: string, options: LoopOptions = {}) {
    this.#manifest = readManifest(language);
    const slow = options.slowLogs === true;
    const [stdin, stdout, stderr, answers] = [makePipe(), makePipe(slow), makePipe(), makePipe()];
    const ends = [stdin.readEnd, stdout.writeEnd, stderr.writeEnd, answers.writeEnd];
    const child = spawnLoop(language, this.#manifest, ends, options);
    this.exited = exitOf(child);
    this.pid = child.pid ?? 0;
    this.#stdin = new Socket({ fd: stdin.writeEnd, readable: false, writable: true });
    this.#stdin.on('error', () => undefined); // the loop has gone: `exited` tells
    this.stdout = new Output(stdout.readEnd);
    this.stderr = new Output(stderr.readEnd);
    this.#answers = new Output(answers.readEnd);
    if (!slow) this.stdout.read();
    this.stderr.read();
    this.#answers.read();
  }

  /** Stores one source text as the launcher does, and loads it. */
  async loadInline(source: string, code: Code = {}): Promise<Record<string, unknown>> {
    const entry = code.entry ?? this.#manifest.inline;
    return this.#load({ [entry]: source }, { ...code, entry }, true);
  }

  /** Stores the files of an archive, and loads it. */
  async loadFolder(
    files: Record<string, string>,
    code: Code = {},
  ): Promise<Record<string, unknown>> {
    const entry = code.entry ?? this.#manifest.entries.find((each) => each in files) ?? '';
    return this.#load(files, { ...code, entry }, false);
  }

  async #load(
    files: Record<string, string>,
    code: Code & { entry: string },
    inline: boolean,
  ): Promise<Record<string, unknown>> {
    const { folder } = this;
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(dirname(join(folder, name)), { recursive: true });
      fs.writeFileSync(join(folder, name), text);
    }
    const { main = 'main', env = {} } = code;
    this.send({ folder, entry: join(folder, code.entry), main, inline, env });
    return JSON.parse(await this.#answers.nextLine()) as Record<string, unknown>;
  }

  send(line: unknown): void {
    this.sendRaw(JSON.stringify(line));
  }

  sendRaw(line: string | Buffer): void {
    this.#stdin.write(line);
    this.#stdin.write('\n');
  }

  /** Asks, and returns the answer behind its number, which has to be the one that was waited for. */
  async ask(value: unknown, context: Record<string, string> = {}): Promise<string> {
    this.send({ value, ...context });
    return this.answerTo(++this.#asked);
  }

  async askRaw(line: string | Buffer): Promise<string> {
    this.sendRaw(line);
    return this.answerTo(++this.#asked);
  }

  async answerTo(number: number): Promise<string> {
    const line = await this.#answers.nextLine();
    const expected = `${String(number)} `;
    if (!line.startsWith(expected)) throw new Error(`expected answer ${expected}, got: ${line}`);
    return line.slice(expected.length);
  }

  async nextAnswer(): Promise<string> {
    return this.#answers.nextLine();
  }

  /** Ends stdin, as the launcher does to stop a loop. */
  async end(): Promise<Exit> {
    this.#stdin.end();
    return this.exited;
  }

  /** For after a test: nothing is left behind, whatever happened. */
  async dispose(): Promise<void> {
    try {
      process.kill(this.pid, 'SIGKILL');
    } catch {
      // it has ended
    }
    await this.exited;
    for (const output of [this.stdout, this.stderr, this.#answers]) output.close();
    this.#stdin.destroy();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What comes out of one pipe; nothing is read before `read`. */
export class Output {
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  #unread: Buffer[] = [];
  #size = 0;
  #wake = (): void => undefined;
  readonly #lines: string[] = [];

  constructor(fd: number) {
    this.#socket = new Socket({ fd, readable: true, writable: false });
    this.#socket.pause();
  }

  read(): void {
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('end', () => this.#wake());
    this.#socket.resume();
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  /** Waits until all that was written so far contains the text. */
  async contains(text: string): Promise<string> {
    while (!this.text.includes(text)) await this.#more();
    return this.text;
  }

  async ofLength(bytes: number): Promise<string> {
    while (this.#size < bytes) await this.#more();
    return this.text;
  }

  async nextLine(): Promise<string> {
    while (this.#lines.length === 0) await this.#more();
    return this.#lines.shift() ?? '';
  }

  close(): void {
    this.#socket.destroy();
  }

  async #more(): Promise<void> {
    if (this.#socket.readableEnded) throw new Error(`the pipe ended after: ${this.text}`);
    await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    let from = 0;
    for (let to = chunk.indexOf(LF); to !== -1; to = chunk.indexOf(LF, from)) {
      this.#lines.push(Buffer.concat([...this.#unread, chunk.subarray(from, to)]).toString());
      this.#unread = [];
      from = to + 1;
    }
    this.#unread.push(chunk.subarray(from));
    this.#wake();
  }
}

interface Manifest {
  readonly start: [string, ...string[]];
  readonly entries: string[];
  readonly inline: string;
}

function readManifest(language: string): Manifest {
  return JSON.parse(
    fs.readFileSync(join(LANGUAGES, language, 'language.json'), 'utf8'),
  ) as Manifest;
}

function spawnLoop(
  language: string,
  { start: [program, ...args] }: Manifest,
  stdio: number[],
  { env = {} }: LoopOptions,
): ChildProcess {
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    cwd: join(LANGUAGES, language),
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio,
  });
  stdio.forEach((fd) => fs.closeSync(fd));
  return child;
}

async function exitOf(child: ChildProcess): Promise<Exit> {
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal };
}

/** A FIFO without a name; the loop's ends block, save a write end made non-blocking on purpose. */
function makePipe(nonBlocking = false): { readEnd: number; writeEnd: number } {
  const folder = fs.mkdtempSync(join(tmpdir(), 'fifo-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const both = fs.openSync(path, fs.constants.O_RDWR); // or each end would wait for the other
  const readEnd = fs.openSync(path, fs.constants.O_RDONLY);
  const writeEnd = fs.openSync(
    path,
    fs.constants.O_WRONLY | (nonBlocking ? fs.constants.O_NONBLOCK : 0),
  );
  fs.closeSync(both);
  fs.rmSync(folder, { recursive: true });
  return { readEnd, writeEnd };
}
