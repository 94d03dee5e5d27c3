/** What the scaffold is told of a language, checked. */
export interface Blueprint {
  readonly name: string;
  /** The platform's name for it, e.g. `tcl:8.6`. */
  readonly kind: string;
  /** What runs the file of an action, as words of a shell. */
  readonly run: string;
  /** What makes the rest of a line a comment. */
  readonly comment: string;
  /** The Debian package that brings it; empty where it needs nothing. */
  readonly package: string;
  /** The command that prints the version. */
  readonly version: readonly string[];
  /** The ending of its files, with the dot. */
  readonly ending: string;
  /** Whether a shell stands in for it. */
  readonly isStub: boolean;
}

/** Files by their path in the checkout. */
export type Files = ReadonlyMap<string, Buffer>;
