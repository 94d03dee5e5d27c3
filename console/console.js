import { showActivation, startActivations } from './activations.js';
import { byId, showState } from './dom.js';
import { follow } from './events.js';
import { showLine, showNote, startLogs } from './logs.js';
import { run } from './run.js';
import { connect, disconnect, offerSocket, send } from './socket.js';

/** What was seen of which launcher: after a break it tells again what it still knows. */
let launcher = { start: 0, seen: 0 };

const entries = { line: showLine, note: showNote, activation: showActivation };

function hear(event, data) {
  if (event === 'hello') meet(data);
  else if (event === 'status') showStatus(data);
  else if (data.seq > launcher.seen) {
    launcher.seen = data.seq;
    entries[event]?.(data);
  }
}

function meet({ start, websocket, version }) {
  offerSocket(websocket);
  byId('link-state').title = `polyglot-launcher ${version}`;
  if (start === launcher.start) return;
  startLogs();
  startActivations();
  launcher = { start, seen: 0 };
}

const actionStates = { ready: 'good', initialising: 'busy', draining: 'busy', empty: 'wait' };
const loopStates = { idle: 'good', busy: 'busy', starting: 'busy', gone: 'bad' };

function showStatus({ state, language, entry, main, loop, waiting }) {
  showState('action-state', state === 'empty' ? 'no action yet' : state, actionStates[state]);
  const word = loop ?? 'none';
  showState(
    'loop-state',
    waiting > 0 ? `${word}, ${waiting} waiting` : word,
    loopStates[loop] ?? 'wait',
  );
  const parts = [
    entry,
    language,
    main === undefined || main === 'main' ? undefined : `main: ${main}`,
  ];
  byId('action').textContent = parts.filter(Boolean).join(' · ') || '\u00a0';
  document.title = entry === undefined ? 'polyglot-launcher' : `${entry} – polyglot-launcher`;
}

const linkStates = {
  live: ['live', 'good'],
  waiting: ['reconnecting', 'busy'],
  token: ['needs the token', 'bad'],
  refused: ['refused', 'bad'],
};

function showLink(state, sentence = '') {
  showState('link-state', ...linkStates[state]);
  const notice = byId('notice');
  if (state !== 'refused') return;
  notice.hidden = false;
  notice.dataset.kind = 'failure';
  notice.textContent = sentence;
}

byId('run').addEventListener('click', () => void run());
byId('connect').addEventListener('click', connect);
byId('send').addEventListener('click', send);
byId('disconnect').addEventListener('click', disconnect);
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (event.shiftKey) send();
  else void run();
});

void follow(hear, showLink);
