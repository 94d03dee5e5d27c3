/** The longest single argument that Linux takes, in bytes (MAX_ARG_STRLEN less its end). */
const maxArgumentBytes = 131_071;

/**
 * The shell that waits: it reads the path of a script, runs it in a fork of itself, and says so on fd 3.
 * It waits for that process and not for what that left in the background.
 */
export const runner = 'while IFS= read -r job; do ( . "$job" ); echo "$?" >&3; done';

export interface Job {
  readonly argv: readonly string[];
  /** The file that becomes stdin. A file, and no pipe, since opening `/dev/stdin` by path has to meet its end. */
  readonly input: string;
  /** The FIFO that becomes stdout. */
  readonly output: string;
  readonly value: string;
  /** The members of the activation, as they were written. */
  readonly members: ReadonlyMap<string, string>;
}

/** What the waiting shell does for one activation: nothing here is left to the shell's own reading of words. */
export function jobScript(job: Job): string {
  const context = contextOf(job.members);
  const fits = Buffer.byteLength(job.value) <= maxArgumentBytes;
  const words = [...job.argv, ...(fits ? [job.value] : [])].map(quoted);
  const exported = context.filter(([name]) => isShellName(name));
  const others = context.filter(([name]) => !isShellName(name));
  // A name that no shell variable can have still reaches the action by way of env.
  const env = others.length === 0 ? [] : ['env', ...others.map((pair) => quoted(pair.join('=')))];
  return [
    `exec 3>&- <${quoted(job.input)} 1<>${quoted(job.output)}`,
    ...exported.map(([name, value]) => `export ${name}=${quoted(value)}`),
    `exec ${[...env, ...words].join(' ')}\n`,
  ].join('\n');
}

function contextOf(members: Job['members']): [string, string][] {
  return [...members].flatMap(([key, raw]): [string, string][] => {
    const text = key !== 'value' && raw.startsWith('"') ? (JSON.parse(raw) as string) : undefined;
    const usable = text !== undefined && !`${key}${text}`.includes('\0');
    return usable ? [[`__OW_${key.toUpperCase()}`, text]] : [];
  });
}

function isShellName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
