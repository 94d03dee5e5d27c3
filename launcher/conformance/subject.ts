/** What the suite needs to know of a language, and of a server that runs it. Nothing here knows of a test framework. */

export interface Reply {
  /** 0 for a connection that was closed without an answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

export interface Logs {
  readonly stdout: string;
  readonly stderr: string;
}

/** Notes where a server does otherwise than ours, and may. */
export interface Notes {
  differs(how: string): void;
}

/** A server that has just started, as a case sees it. */
export interface Client extends Notes {
  /** Posts a body as it is, by default as `application/json`. */
  post(path: '/init' | '/run', body: string, contentType?: string): Promise<Reply>;
}

/** Code as one text or as the files of an archive. */
export type Code = { readonly main?: string } & (
  { readonly source: string } | { readonly files: Readonly<Record<string, string>> }
);

/** The same few actions in each language. Each takes and returns what its line says. */
export interface Samples {
  /** What makes the rest of a line a comment. */
  readonly comment: string;
  /** Returns its value, and says `hello stdout` and `hello stderr` where they belong. */
  readonly echo: Code;
  /** Returns its value and says nothing. */
  readonly silent: Code & { readonly source: string };
  /** The same, its entry point is called `niam`. */
  readonly niam: Code;
  /** Returns a text. */
  readonly text: Code;
  /** Returns `{"error":"sorry"}`. */
  readonly sorry: Code;
  /** Returns `["a","b"]`. */
  readonly list: Code;
  /** Returns each of the `names` of its value with what the environment says, or `(unset)`. */
  readonly surroundings: Code;
  /** Prints and returns, as `winter`, a snowman from its source between two `delimiter`s. */
  readonly snowman: Code;
  /** Ends its process when its value has a key `crash`, else returns its value. */
  readonly crash: Code;
  /** An archive whose entry returns as `data` what the file `data.txt` at its root says: `from the archive`. */
  readonly archive: Code & { readonly files: Readonly<Record<string, string>> };
  /** Cannot start; what the client is told where the detail goes to the logs. */
  readonly broken: Code & { readonly told: RegExp; readonly detail: RegExp };
  /** Whether the language has one type for both, and a list comes out as an object whose keys are numbers. */
  readonly listsAreObjects: boolean;
  /** Of an archive without an entry. */
  readonly noEntry: RegExp;
  /** Prints `loaded` while it is loaded. */
  readonly printsAtLoad?: Code;
  /** Returns nothing at all. */
  readonly nothing?: Code;
  /** Prints `interleave me`, and returns its value once as many have begun as its key `count` says. */
  readonly overlaps?: Code;
  /** Throws, and how that is told. */
  readonly throws?: Code & {
    readonly status: number;
    readonly error: RegExp;
    readonly log: RegExp;
  };
}

/** A language does not have this sample yet: what needs it can't be asked. */
export class MissingSample extends Error {
  override name = 'MissingSample';

  constructor(sample: string) {
    super(`the sample ${sample} is missing`);
  }
}

/** The samples that can be loaded. */
export type SampleName = Exclude<
  keyof Samples,
  'comment' | 'listsAreObjects' | 'noEntry' | 'broken'
>;

export interface Subject {
  readonly name: string;
  readonly samples: Samples;
  /** From the manifest. */
  readonly logInitErrors: boolean;
  readonly oneShot: boolean;
}

/**
 * Who asks for a behaviour: the platform itself; the suite that every runtime of Apache OpenWhisk inherits; the suites of
 * those runtimes that it makes sense for; or nobody but us.
 */
export type Origin = 'platform' | 'every runtime' | 'runtimes' | 'own choice';

/** A way of other runtimes, told by what was met instead. */
export interface Known {
  /** Who does it, and what it is if that needs saying. */
  readonly of: string;
  readonly sign: RegExp;
}

/** One behaviour that every language has to show. */
export interface Case {
  /** A sentence that promises. */
  readonly title: string;
  readonly from: Origin;
  readonly environment?: Readonly<Record<string, string>>;
  /** The sample that has to be initialised before: `none`, which it stays, or `own` where the case does that itself. */
  readonly loads: SampleName | 'none' | 'own';
  /** How many sentinels there have to be on each stream when all is done. */
  readonly sentinels: number | ((subject: Subject) => number);
  /** How many other runtimes write. */
  readonly elsewhere?: readonly { readonly of: string; readonly sentinels: number }[];
  /** What other runtimes are known to do instead. */
  readonly known?: readonly Known[];
  check(client: Client, subject: Subject): Promise<void>;
  /** Looks at the logs when all is done, where they can be read. */
  logs?(logs: Logs, subject: Subject, notes: Notes): void;
}

/** Rows that are checked where they stand. */
export function table(rows: readonly Case[]): readonly Case[] {
  return rows;
}
