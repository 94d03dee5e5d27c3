import { byId } from './dom.js';
import { parameters } from './parameters.js';
import { showResult, tell } from './results.js';
import { askForToken, token } from './token.js';

const buttons = { connect: byId('connect'), send: byId('send'), disconnect: byId('disconnect') };
const messageOf = { 1001: 'the launcher is shutting down', 1009: 'the message was too long' };
let path = '';
let socket;
/** When the messages were sent that have no answer yet: answers come in their order. */
let sent = [];

/** @param given the WebSocket's path, or an empty text if there is none */
export function offerSocket(given) {
  path = given;
  byId('socket-path').textContent = path === '' ? 'WebSocket is off' : path;
  showButtons();
}

export function connect() {
  if (socket !== undefined || path === '') return;
  tell('Connecting…');
  const opened = (socket = new WebSocket(address()));
  let wasOpen = false;
  opened.addEventListener('open', () => {
    wasOpen = true;
    tell(`Connected to ${path}.`, 'good');
    showButtons();
  });
  opened.addEventListener('message', ({ data }) => hear(data));
  opened.addEventListener('close', ({ code }) => {
    socket = undefined;
    sent = [];
    showButtons();
    if (wasOpen) tell(`Disconnected: ${messageOf[code] ?? `code ${code}`}.`);
    else refused();
  });
}

export function send() {
  if (socket?.readyState !== WebSocket.OPEN) {
    tell('The WebSocket is not connected.', 'bad');
    return;
  }
  const message = parameters();
  if (message === undefined) return;
  tell('Sent…');
  sent.push(performance.now());
  socket.send(message);
}

export function disconnect() {
  socket?.close(1000);
}

function hear(text) {
  const ms = performance.now() - (sent.shift() ?? performance.now());
  showResult({ how: 'WebSocket', text, ms, isFailure: /^\s*\{\s*"error"\s*:/.test(text) });
}

/** A browser does not tell a page why a handshake failed. */
function refused() {
  tell('The WebSocket refused the connection: is the token right, and this origin allowed?', 'bad');
  if (token() === '') askForToken();
}

function address() {
  const url = new URL(path.replace(/^\//, ''), document.baseURI);
  url.protocol = url.protocol.replace('http', 'ws');
  if (token() !== '') url.searchParams.set('token', token());
  return url;
}

/** A button that can't be used any more passes the keyboard on to the one that can. */
function showButtons() {
  const isOpen = socket?.readyState === WebSocket.OPEN;
  const focused = document.activeElement;
  const usedUp = isOpen ? [buttons.connect] : [buttons.send, buttons.disconnect];
  buttons.connect.disabled = path === '' || isOpen;
  buttons.send.disabled = !isOpen;
  buttons.disconnect.disabled = !isOpen;
  if (usedUp.includes(focused)) (isOpen ? buttons.send : buttons.connect).focus();
}
