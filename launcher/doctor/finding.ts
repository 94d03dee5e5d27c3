/**
 * `ok`: as it has to be. `absent`: not there, and not needed unless somebody wants it. `broken`: what is needed does not
 * work.
 */
export type State = 'ok' | 'absent' | 'broken';

/** What the doctor found out about one thing. */
export interface Finding {
  readonly name: string;
  readonly state: State;
  /** What was seen, and what to do about it. */
  readonly detail: string;
}

export function ok(name: string, detail: string): Finding {
  return { name, state: 'ok', detail };
}

export function absent(name: string, detail: string): Finding {
  return { name, state: 'absent', detail };
}

export function broken(name: string, detail: string): Finding {
  return { name, state: 'broken', detail };
}
