import { parameters } from './parameters.js';
import { showResult, tell } from './results.js';

/** One activation over HTTP. */
export async function run() {
  const value = parameters();
  if (value === undefined) return;
  tell('Running…');
  const body = `{"value":${value},"activation_id":"${newId()}"}`;
  const start = performance.now();
  try {
    const response = await fetch('run', { method: 'POST', body });
    const text = await response.text();
    const ms = performance.now() - start;
    showResult({ how: `HTTP ${response.status}`, text, ms, isFailure: !response.ok });
  } catch (thrown) {
    tell(`No answer: ${thrown.message}`, 'bad');
  }
}

/** As the platform makes them. (`randomUUID` is there over https only.) */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
