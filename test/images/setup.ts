import { buildTargets } from './build.ts';
import { claimDaemon, releaseDaemon } from './daemon.ts';

/** Before all tests: a daemon, and every image. */
export default async function setup(): Promise<void> {
  try {
    await claimDaemon();
    await buildTargets((line) => process.stderr.write(`built ${line}\n`));
  } catch (thrown) {
    await releaseDaemon();
    throw thrown;
  }
}
