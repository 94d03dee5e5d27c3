import { askForToken, onToken, token } from './token.js';

const firstPauseMs = 500;
const longestPauseMs = 5000;

/** Why the stream is not open: the token, something that another attempt does not change, or the network. */
class Refused extends Error {}

/**
 * Follows the launcher's events for as long as the page is open.
 * @param hear is given each event's name and data
 * @param tell is given `live`, `waiting`, `token` or `refused`, and a sentence if there is one
 */
export async function follow(hear, tell) {
  let wake = () => undefined;
  // One that is typed while the last one is still being tried is not to be waited for again.
  let isTyped = false;
  onToken(() => {
    isTyped = true;
    wake();
  });
  let pauseMs = firstPauseMs;
  for (;;) {
    let isWanted = true;
    isTyped = false;
    try {
      const response = await open();
      tell('live');
      pauseMs = firstPauseMs;
      await read(response, hear);
      tell('waiting');
    } catch (thrown) {
      isWanted = !(thrown instanceof Refused);
      tell(isWanted ? 'waiting' : thrown.cause, thrown.message);
    }
    await new Promise((resolve) => {
      wake = resolve;
      if (isTyped) resolve();
      else if (isWanted) setTimeout(resolve, pauseMs);
    });
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  }
}

/** `EventSource` can't send the token in a header, nor say with which status it was refused. */
async function open() {
  const headers = token() === '' ? {} : { authorization: `Bearer ${token()}` };
  const response = await fetch('console/events', { headers, cache: 'no-store' });
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({ error: response.statusText }));
  if (response.status === 401) askForToken();
  if (response.status >= 500) throw new Error(error);
  throw new Refused(error, { cause: response.status === 401 ? 'token' : 'refused' });
}

async function read(response, hear) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (text + value).split('\n\n');
    text = blocks.pop();
    for (const block of blocks) hearBlock(block, hear);
  }
}

function hearBlock(block, hear) {
  const match = /^event: (\w+)\ndata: (.*)$/.exec(block);
  if (match !== null) hear(match[1], JSON.parse(match[2]));
}
