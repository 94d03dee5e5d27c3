import type { LogLine } from '../loop/captured-logs.ts';
import type { Outcome, Ran } from '../observer.ts';

interface Numbered {
  /** Counts all that happens, from 1. */
  readonly seq: number;
  /** Epoch ms. */
  readonly time: number;
}

export interface LineEntry extends Numbered {
  readonly kind: 'line';
  /** Counts lines only, so that who misses some can say how many. */
  readonly line: number;
  readonly stream: LogLine['stream'];
  readonly message: string;
  readonly activation: string | undefined;
  /** Milliseconds since the activation began. */
  readonly after: number | undefined;
}

export interface NoteEntry extends Numbered {
  readonly kind: 'note';
  readonly message: string;
  readonly isError: boolean;
}

export interface ActivationEntry extends Numbered {
  readonly kind: 'activation';
  readonly activation: string | undefined;
  /** In the loop, without what it waited for. */
  readonly ms: number;
  readonly status: Outcome;
}

export type Entry = LineEntry | NoteEntry | ActivationEntry;

const kept = { lines: 200, activations: 50 };
const longestMessage = 4096;

/** The last of what happened, for those who look: it costs memory for so much and no more. */
export class Journal {
  #seq = 0;
  /** Notes are among them. */
  readonly #lines: (LineEntry | NoteEntry)[] = [];
  readonly #activations: ActivationEntry[] = [];

  /** Takes a line of the logs. */
  line({ message, stream, time, seq: line, activation }: LogLine): void {
    this.#keepLine({
      kind: 'line',
      ...this.#number(time.getTime()),
      line,
      stream,
      message: shortened(message),
      activation: activation?.id,
      after: activation && time.getTime() - activation.start,
    });
  }

  /** Takes what the launcher itself has to tell. */
  note(message: string, kind: 'news' | 'failure'): void {
    const isError = kind === 'failure';
    const numbered = this.#number(Date.now());
    this.#keepLine({ kind: 'note', ...numbered, message: shortened(message), isError });
  }

  /** Takes an activation that is over. */
  activation({ id, time, ms, outcome: status }: Ran): void {
    const numbered = this.#number(time);
    this.#activations.push({ kind: 'activation', ...numbered, activation: id, ms, status });
    if (this.#activations.length > kept.activations) this.#activations.shift();
  }

  /** What happened after `seq` and is still known, in its order. */
  after(seq: number): Entry[] {
    if (seq === this.#seq) return [];
    const entries: Entry[] = [...this.#lines, ...this.#activations];
    return entries.filter((entry) => entry.seq > seq).sort((one, other) => one.seq - other.seq);
  }

  #number(time: number): Numbered {
    return { seq: (this.#seq += 1), time };
  }

  #keepLine(entry: LineEntry | NoteEntry): void {
    this.#lines.push(entry);
    if (this.#lines.length > kept.lines) this.#lines.shift();
  }
}

function shortened(message: string): string {
  if (message.length <= longestMessage) return message;
  return `${message.slice(0, longestMessage)}… (${message.length} characters)`;
}
