import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from './processes.ts';

/**
 * Where activations wait for each other, and for a test. One with `{"n": n, "meets": […]}` arrives as `n` and then waits
 * until those that it meets have arrived, whoever they are.
 */
export class Meeting {
  readonly #folder = mkdtempSync(join(tmpdir(), 'meeting-'));

  /**
   * A Python action that does so, and then what is said in its value: `prints` texts on both streams, `exits`, or
   * returns `n` and its process.
   */
  get pythonAction(): string {
    return `import os, sys, time
def at(name):
    return os.path.join(${JSON.stringify(this.#folder)}, str(name))
def main(args):
    open(at(args["n"]), "w").close()
    for text in args.get("prints", []):
        print(text, flush=True)
        print(text, file=sys.stderr, flush=True)
    while not all(os.path.exists(at(other)) for other in args.get("meets", [])):
        time.sleep(0.005)
    if args.get("exits"):
        os._exit(7)
    return {"n": args["n"], "pid": os.getpid()}
`;
  }

  /** The same in Node, where it leaves the event loop to others. */
  get nodeAction(): string {
    return `const { existsSync, writeFileSync } = require('node:fs');
const at = (name) => ${JSON.stringify(this.#folder)} + '/' + name;
async function main({ n, meets = [], prints = [], exits }) {
  writeFileSync(at(n), '');
  for (const text of prints) { console.log(text); console.error(text); }
  while (!meets.every((other) => existsSync(at(other)))) await new Promise((go) => setTimeout(go, 5));
  if (exits) process.exit(7);
  return { n, pid: process.pid };
}
`;
  }

  /** The test arrives. */
  arrive(name: string): void {
    writeFileSync(join(this.#folder, name), '');
  }

  async arrived(...names: (string | number)[]): Promise<void> {
    await until(() => names.every((name) => this.has(name)));
  }

  has(name: string | number): boolean {
    return existsSync(join(this.#folder, `${name}`));
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** For the time of one body. */
export async function withMeeting(body: (meeting: Meeting) => Promise<void>): Promise<void> {
  const meeting = new Meeting();
  try {
    await body(meeting);
  } finally {
    meeting.dispose();
  }
}
