import { availableParallelism } from 'node:os';

import { cgroupFile } from './cgroup.ts';

/** How many processors this container can keep busy: a share of one counts as one. */
export function coreCount(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(quota())));
}

/** What its control group may use: `MAX PERIOD` in v2, two files in v1; Infinity for no limit. */
function quota(): number {
  const [most, period] = cgroupFile('cpu', 'cpu.max')?.split(' ') ?? [
    cgroupFile('cpu', 'cpu.cfs_quota_us'),
    cgroupFile('cpu', 'cpu.cfs_period_us'),
  ];
  const share = Number(most) / Number(period);
  return share > 0 ? share : Infinity;
}
