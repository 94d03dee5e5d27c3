import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What an action waits for until a test says so. */
export class Gate {
  readonly #folder = mkdtempSync(join(tmpdir(), 'gate-'));
  readonly path = join(this.#folder, 'open');

  /**
   * A shell action that says `started <n>` on stderr, waits for the gate if its value has a key `wait`, and returns
   * its value.
   */
  get shellAction(): string {
    return `echo "started \${1//[!0-9]/}" >&2
[[ $1 == *wait* ]] && until [ -e ${this.path} ]; do sleep 0.01; done
cat
`;
  }

  open(): void {
    writeFileSync(this.path, '');
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** For the time of one body. */
export async function withGate(body: (gate: Gate) => Promise<void>): Promise<void> {
  const gate = new Gate();
  try {
    await body(gate);
  } finally {
    gate.open();
    gate.dispose();
  }
}
