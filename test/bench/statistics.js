/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Measures ours and its limit in turn, so that what else the machine does meets both alike.
 * @param {number} rounds
 * @param {() => Promise<number>} measureOurs
 * @param {() => Promise<number>} measureLimit
 * @returns {Promise<{ours: number, limit: number, ratio: number}>} medians; the ratio is that of the rounds' ratios
 */
export async function alternate(rounds, measureOurs, measureLimit) {
  /** @type {number[]} */
  const ours = [];
  /** @type {number[]} */
  const limits = [];
  for (let round = 0; round < rounds; round += 1) {
    // Who comes first changes: a clock that boosts and throttles favours the first one.
    if (round % 2 === 0) limits.push(await measureLimit());
    ours.push(await measureOurs());
    if (round % 2 === 1) limits.push(await measureLimit());
  }
  const ratio = median(ours.map((figure, round) => figure / limits[round]));
  return { ours: median(ours), limit: median(limits), ratio };
}
