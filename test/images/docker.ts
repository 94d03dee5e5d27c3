import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** The variable that tells the tests which of the machine's docker programs to take. */
export const programVariable = 'TEST_DOCKER';

export interface Printed {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs docker.
 * @returns what it printed on stdout, trimmed
 * @throws Error with all that it printed
 */
export async function docker(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await dockerPrints(...args);
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${code ?? ''}\n${stdout}${stderr}`);
  return stdout.trim();
}

/** Runs docker, which may fail. */
export async function dockerPrints(...args: readonly string[]): Promise<Printed> {
  return printed(process.env[programVariable] ?? 'docker', args);
}

/** What a program prints; `code` is null where it could not be started. */
export async function printed(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Printed> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve).once('error', () => resolve(null));
  });
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
