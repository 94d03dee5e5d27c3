import { byId } from './dom.js';

const kept = 'polyglot-launcher token';
const form = byId('token-form');
const field = byId('token');
field.value = sessionStorage.getItem(kept) ?? '';

/** What was typed, or an empty text. */
export function token() {
  return sessionStorage.getItem(kept) ?? '';
}

/** The token is missing, or wrong. */
export function askForToken() {
  const isFirst = form.hidden;
  form.hidden = false;
  if (isFirst) field.focus();
}

/** Calls back when another one was typed. */
export function onToken(callback) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    sessionStorage.setItem(kept, field.value);
    callback();
  });
}
