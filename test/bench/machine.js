import { accessSync, constants } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { delimiter, join } from 'node:path';

/** What figures depend on, in one line. */
export function describeMachine() {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  return `${processors.length} × ${model}, Linux ${release()}, Node ${process.version}`;
}

export function load() {
  return loadavg()
    .map((figure) => figure.toFixed(2))
    .join(' ');
}

/** @param {string} program */
export function isInstalled(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
