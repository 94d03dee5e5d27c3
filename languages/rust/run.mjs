import { spawnSync } from 'node:child_process';

/**
 * Runs a tool of Rust.
 * @returns {string} its stdout
 * @throws {Error} with what it printed, if it failed
 */
export function run(program, args, { folder, environment = {} }) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (error) throw new Error(`${program} can't be run: ${error.message}`, { cause: error });

  if (status === 0) return stdout;
  throw new Error(
    stderr.trim() || stdout.trim() || `${program} ended with code ${status} and said nothing.`,
  );
}
