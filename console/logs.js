import { byId, clock, element } from './dom.js';

const mostKept = 1000;
const list = byId('lines');
const notice = byId('notice');
let lastLine = 0;

byId('clear').addEventListener('click', () => list.replaceChildren());

/** Another launcher counts anew. */
export function startLogs() {
  if (lastLine > 0) append(element('li', { className: 'gap' }, 'the launcher started again'));
  lastLine = 0;
}

/** Shows a line of the action. */
export function showLine({ line, time, stream, message, activation, after }) {
  const missed = line - lastLine - 1;
  lastLine = line;
  if (missed > 0) append(element('li', { className: 'gap' }, `${missed} lines are not shown`));
  const since = after === undefined ? '' : `+${after} ms`;
  append(
    element(
      'li',
      { data: { stream } },
      element('time', {}, clock(time)),
      element(
        'span',
        { className: 'whence', title: activation ?? '' },
        `${activation?.slice(0, 8) ?? ''} ${since}`,
      ),
      element('span', { className: 'stream' }, stream === 'stderr' ? 'err' : 'out'),
      element('span', { className: 'message' }, message),
    ),
  );
}

/** Shows what the launcher tells of itself; a failure stays in sight until something goes well. */
export function showNote({ time, message, isError }) {
  const kind = isError ? 'failure' : 'news';
  notice.hidden = false;
  notice.dataset.kind = kind;
  notice.textContent = `${clock(time)} ${message}`;
  append(
    element(
      'li',
      { data: { stream: kind } },
      element('time', {}, clock(time)),
      element('span', { className: 'whence' }, ''),
      element('span', { className: 'stream' }, 'dev'),
      element('span', { className: 'message' }, message),
    ),
  );
}

/** Who looks at older lines is left there. */
function append(item) {
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 30;
  list.append(item);
  if (list.childElementCount > mostKept) list.firstElementChild.remove();
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}
