import { releaseDaemon } from './daemon.ts';
import { docker } from './docker.ts';

/** After all tests: what newer builds have replaced goes, and the daemon if it is ours. */
export default async function teardown(): Promise<void> {
  await docker('image', 'prune', '--force');
  await releaseDaemon();
}
