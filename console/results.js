import { byId, clock, element, keepFirst, milliseconds } from './dom.js';

const mostKept = 20;
const longestShown = 100_000;
const longestSpoken = 200;
const list = byId('results');
const outcome = byId('outcome');

/**
 * Shows an answer on top of those before it.
 * @param how `HTTP 200`, `WebSocket`
 */
export function showResult({ how, text, ms, isFailure }) {
  const taken = `${milliseconds(ms)} ms`;
  tell(`${how} in ${taken}`, isFailure ? 'bad' : 'good');
  // What is below is read out with it.
  const spoken = `: ${text.slice(0, longestSpoken)}`;
  outcome.append(element('span', { className: 'spoken' }, spoken));
  const heading = element(
    'p',
    { className: 'meta' },
    element('span', { className: 'tag', data: { state: isFailure ? 'bad' : 'good' } }, how),
    element('span', { className: 'taken' }, taken),
    element('time', {}, clock(Date.now())),
  );
  const shown = element('pre', { ariaLabel: `${how} in ${taken}` }, pretty(text));
  shown.setAttribute('role', 'group');
  list.prepend(element('li', {}, heading, shown));
  // What scrolls has to be reached with the keyboard; the rest would only be in its way.
  if (shown.scrollHeight > shown.clientHeight) shown.tabIndex = 0;
  keepFirst(list, mostKept);
}

/** Says what is going on, to screen readers too. */
export function tell(sentence, state = '') {
  outcome.textContent = sentence;
  outcome.dataset.state = state;
}

/** Indented, unless that would change it: numbers may be longer than JavaScript's. */
function pretty(text) {
  const cut = text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
  try {
    const value = JSON.parse(text);
    const isSame = JSON.stringify(value) === text.replace(/("(?:\\.|[^"\\])*")|\s+/g, '$1');
    return isSame && cut === text ? JSON.stringify(value, null, 2) : cut;
  } catch {
    return cut;
  }
}
