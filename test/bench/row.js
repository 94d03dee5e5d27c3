import { alternate } from './statistics.js';

/**
 * One line of the table.
 * @typedef {{
 *   what: string,
 *   ours: string,
 *   limit: string,
 *   compared: string,
 *   budget: string,
 *   holds: boolean | undefined,
 * }} Row
 *
 * What a ratio or a figure may be at most, or has to be at least.
 * @typedef {{most: number} | {least: number}} Budget
 *
 * What every row needs in order to be measured.
 * @typedef {{
 *   folder: string,
 *   isQuick: boolean,
 *   rounds: number,
 *   seconds: number,
 *   generator: import('./load.js').LoadGenerator,
 * }} Bench
 */

/**
 * @param {string} what
 * @param {{ours: number, limit: number, ratio: number}} measured
 * @param {(figure: number) => string} show
 * @param {Budget} [budget] none: for information
 * @returns {Row}
 */
export function ratioRow(what, { ours, limit, ratio }, show, budget) {
  const compared = times(ratio);
  return { what, ours: show(ours), limit: show(limit), compared, ...judge(ratio, times, budget) };
}

/**
 * Measures ours and its limit in turn.
 * @param {string} what
 * @param {(figure: number) => string} show
 * @param {{rounds: number, budget: Budget | undefined}} options
 * @param {() => Promise<number>} measureOurs
 * @param {() => Promise<number>} measureLimit
 * @returns {Promise<Row>}
 */
export async function pairRow(what, show, { rounds, budget }, measureOurs, measureLimit) {
  try {
    return ratioRow(what, await alternate(rounds, measureOurs, measureLimit), show, budget);
  } catch (thrown) {
    return failedRow(what, thrown, budget);
  }
}

/**
 * @param {string} what
 * @param {{ours: string, limit: string}} shown
 * @param {number} figure that the budget is about
 * @param {{show(figure: number): string, budget?: Budget | undefined}} options
 * @returns {Row}
 */
export function figureRow(what, shown, figure, { show, budget }) {
  return { what, ...shown, compared: show(figure), ...judge(figure, show, budget) };
}

/**
 * What died or answered with errors has no figure.
 * @param {string} what
 * @param {unknown} thrown
 * @param {Budget} [budget]
 * @returns {Row}
 */
export function failedRow(what, thrown, budget) {
  process.stderr.write(`${what}: ${thrown instanceof Error ? thrown.message.trim() : thrown}\n`);
  return { what, ours: '', limit: '', compared: 'failed', ...judge(NaN, times, budget) };
}

/** @param {number} figure @param {(figure: number) => string} show @param {Budget} [budget] */
function judge(figure, show, budget) {
  if (budget === undefined) return { budget: '', holds: undefined };
  return 'most' in budget
    ? { budget: `≤ ${show(budget.most)}`, holds: figure <= budget.most }
    : { budget: `≥ ${show(budget.least)}`, holds: figure >= budget.least };
}

/** @param {number} ratio */
const times = (ratio) => `${ratio.toFixed(2)}×`;
/** @param {number} figure */
export const micros = (figure) => `${Math.round(figure)} µs`;
/** @param {number} figure */
export const millis = (figure) => `${figure.toFixed(1)} ms`;
/** @param {number} figure */
export const perSecond = (figure) => `${Math.round(figure)} /s`;
/** @param {number} bytes */
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
