import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { messageOf } from '../errors.ts';
import { isObject } from '../protocol/json.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { Samples } from './subject.ts';

/** What a language says of its samples: `samples.json` beside them. */
export interface Sheet {
  readonly comment: string;
  /** Entry points that are not `main`, by the name of the sample. */
  readonly mains: Readonly<Record<string, string>>;
  readonly broken: Pick<Samples['broken'], 'told' | 'detail'>;
  readonly noEntry: RegExp;
  readonly listsAreObjects: boolean;
  readonly throws?: Pick<NonNullable<Samples['throws']>, 'status' | 'error' | 'log'>;
}

/** Takes the members of one object, and refuses what is then left. */
class Members {
  readonly #at: string;
  readonly #rest: Map<string, unknown>;

  constructor(value: unknown, at: string) {
    if (!isObject(value)) throw new Error(`${at || 'it'} has to be an object`);
    this.#at = at === '' ? '' : `${at}.`;
    this.#rest = new Map(Object.entries(value));
  }

  has(key: string): boolean {
    return this.#rest.has(key);
  }

  text(key: string): string {
    const value = this.#take(key);
    if (typeof value !== 'string') throw this.#wrong(key, 'a text', value);
    return value;
  }

  status(key: string): number {
    const value = this.#take(key);
    if (!Number.isInteger(value)) throw this.#wrong(key, 'an HTTP status', value);
    return value as number;
  }

  /** False where it is not said. */
  isTrue(key: string): boolean {
    const value = this.#take(key) ?? false;
    if (typeof value !== 'boolean') throw this.#wrong(key, 'true or false', value);
    return value;
  }

  pattern(key: string): RegExp {
    const text = this.text(key);
    try {
      return new RegExp(text);
    } catch {
      throw this.#wrong(key, 'a regular expression', text);
    }
  }

  members(key: string): Members {
    return new Members(this.#take(key), `${this.#at}${key}`);
  }

  texts(): Record<string, string> {
    return Object.fromEntries([...this.#rest.keys()].map((key) => [key, this.text(key)]));
  }

  end(): void {
    const [unknown] = this.#rest.keys();
    if (unknown !== undefined) throw new Error(`the key "${this.#at}${unknown}" is unknown`);
  }

  #take(key: string): unknown {
    const value = this.#rest.get(key);
    this.#rest.delete(key);
    return value;
  }

  #wrong(key: string, what: string, value: unknown): Error {
    return new Error(`"${this.#at}${key}" has to be ${what}, not ${JSON.stringify(value)}`);
  }
}

/** @throws Error naming the key that is unknown, missing or of the wrong type */
export function readSheet(folder: string): Sheet {
  const all = new Members(parsed(join(folder, 'samples.json')), '');
  const sheet = {
    comment: all.text('comment'),
    mains: all.members('mains').texts(),
    broken: brokenOf(all.members('broken')),
    noEntry: all.pattern('noEntry'),
    listsAreObjects: all.isTrue('listsAreObjects'),
    ...(all.has('throws') ? { throws: throwsOf(all.members('throws')) } : {}),
  };
  all.end();
  return sheet;
}

function brokenOf(members: Members): Sheet['broken'] {
  const broken = { told: members.pattern('told'), detail: members.pattern('detail') };
  members.end();
  return broken;
}

function throwsOf(members: Members): NonNullable<Sheet['throws']> {
  const status = members.status('status');
  const throws = { status, error: members.pattern('error'), log: members.pattern('log') };
  members.end();
  return throws;
}

function parsed(file: string): JsonObject {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
  } catch (thrown) {
    throw new Error(messageOf(thrown), { cause: thrown });
  }
}
