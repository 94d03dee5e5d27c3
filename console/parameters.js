import { byId } from './dom.js';

const kept = 'polyglot-launcher parameters';
const field = byId('parameters');
const validity = byId('validity');
field.value = sessionStorage.getItem(kept) ?? field.value;
field.addEventListener('input', () => {
  sessionStorage.setItem(kept, field.value);
  check();
});
check();

/** The JSON as it was typed, or undefined, and then the keyboard is where the fault is. */
export function parameters() {
  if (check()) return field.value.trim() === '' ? '{}' : field.value;
  field.focus();
  return undefined;
}

function check() {
  const fault = faultOf(field.value);
  validity.textContent = fault ?? 'valid JSON';
  validity.dataset.state = fault === undefined ? 'good' : 'bad';
  field.setAttribute('aria-invalid', String(fault !== undefined));
  return fault === undefined;
}

function faultOf(text) {
  if (text.trim() === '') return undefined;
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return undefined;
    return 'has to be an object or array';
  } catch (thrown) {
    // Each browser says it in its own words, most with the place.
    return thrown.message.replace(/^JSON\.parse: /, '');
  }
}
