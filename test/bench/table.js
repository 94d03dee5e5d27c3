/** @typedef {import('./row.js').Row} Row */

const heads = ['', 'ours', 'limit', 'compared', 'budget', 'holds'];

/** @param {readonly Row[]} rows */
export function tableOf(rows) {
  const lines = [heads, ...rows.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines
    .map((cells) => cells.map((cell, column) => pad(cell, widths[column], column)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** @param {Row} row */
function cellsOf({ what, ours, limit, compared, budget, holds }) {
  return [what, ours, limit, compared, budget, holds === undefined ? '' : holds ? 'yes' : 'NO'];
}

/** Figures stand to the right. @param {string} cell @param {number} width @param {number} column */
function pad(cell, width, column) {
  return column >= 1 && column <= 4 ? cell.padStart(width) : cell.padEnd(width);
}
