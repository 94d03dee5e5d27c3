import { setTimeout as delay } from 'node:timers/promises';

import type { Launcher } from './compose.ts';

const closeMs = 1000;
const lookEveryMs = 10;

/**
 * Ends a launcher: running activations get the grace, new requests 503 as long as it lasts, and then the port closes. No
 * process and no file is left. Calling it again with less grace ends it sooner.
 */
export async function shutDown(launcher: Launcher, graceMs: number): Promise<void> {
  const { action, logs, webConsole, webSockets, cleanUp } = launcher;
  const graceEnds = Date.now() + graceMs;
  await action.drain(graceMs);
  // Somebody may read the logs slowly, or have stopped to read them.
  await Promise.race([logs.close(), delay(Math.max(0, graceEnds - Date.now()))]);
  webConsole?.close();
  await webSockets?.close();
  await closePort(launcher);
  await cleanUp();
}

/** Answers that are on their way may arrive. */
async function closePort({ server }: Launcher): Promise<void> {
  const closed = new Promise<boolean>((resolve) => server.close(() => resolve(true)));
  const impatience = setTimeout(() => server.closeAllConnections(), closeMs);
  while (!(await Promise.race([closed, delay(lookEveryMs, false)]))) server.closeIdleConnections();
  clearTimeout(impatience);
}
