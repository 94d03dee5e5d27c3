import { byId, clock, element, keepFirst, milliseconds } from './dom.js';

const mostKept = 50;
const size = { width: 400, height: 96, gap: 2, top: 14 };
const table = byId('activations');
const chart = byId('chart');
let last = [];
chart.setAttribute('viewBox', `0 0 ${size.width} ${size.height}`);
chart.setAttribute('preserveAspectRatio', 'none');

/** Adds an activation to the table, and a bar to the chart. */
export function showActivation(activation) {
  last = [...last, activation].slice(-mostKept);
  table.prepend(rowOf(activation));
  keepFirst(table, mostKept);
  // Several come at once: they are drawn at once.
  if (last.length > 0 && !isDrawing) requestAnimationFrame(draw);
  isDrawing = true;
}

let isDrawing = false;

/** Another launcher has had others. */
export function startActivations() {
  last = [];
  table.replaceChildren();
}

function rowOf({ time, activation, status, ms }) {
  return element(
    'tr',
    {},
    element('td', {}, clock(time)),
    element('td', { className: 'id', title: activation ?? '' }, activation?.slice(0, 8) ?? '–'),
    element(
      'td',
      {},
      element('span', { className: 'tag', data: { state: stateOf(status) } }, status),
    ),
    element('td', { className: 'number' }, milliseconds(ms)),
  );
}

function stateOf(status) {
  return status === 'ok' ? 'good' : 'bad';
}

function draw() {
  isDrawing = false;
  const longest = Math.max(...last.map(({ ms }) => ms));
  chart.replaceChildren(...last.map((activation, n) => barOf(activation, n, longest)));
  const summary = summaryOf(longest);
  chart.setAttribute('aria-label', `Durations: ${summary}`);
  byId('summary').textContent = summary;
}

/** The newest is at the right end. */
function barOf({ ms, status }, n, longest) {
  const step = size.width / mostKept;
  const height = Math.max(2, (ms / longest) * (size.height - 2));
  const bar = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  title.textContent = `${status}, ${milliseconds(ms)} ms`;
  const place = {
    x: (mostKept - last.length + n) * step,
    y: size.height - height,
    width: step - size.gap,
    height,
    rx: 1,
  };
  for (const [name, value] of Object.entries(place)) bar.setAttribute(name, value);
  bar.dataset.state = stateOf(status);
  bar.append(title);
  return bar;
}

function summaryOf(longest) {
  const sorted = last.map(({ ms }) => ms).sort((one, other) => one - other);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  const failed = last.filter(({ status }) => status !== 'ok').length;
  const parts = [
    `last ${last.length}`,
    `median ${milliseconds(median)} ms`,
    `longest ${milliseconds(longest)} ms`,
  ];
  return [...parts, ...(failed > 0 ? [`${failed} failed`] : [])].join(', ');
}
