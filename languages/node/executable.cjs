/** The loop as an ActionLoop executable: `loop.cjs FOLDER ENTRY MAIN`, under any launcher (docs/loop-protocol.md). */
'use strict';

const { logError } = require('./streams.cjs');

const { parse, stringify } = JSON; // kept: the action may replace them
const isNumbered = Boolean(process.env.__OW_NUMBERED_ANSWERS);
const isAwaited = Boolean(process.env.__OW_WAIT_FOR_ACK);

/** What differs from a loop that waits. */
module.exports = ([folder, entry, main], waiting) => ({
  ...waiting,
  load: { folder, entry, main, inline: false },
  take: (text) => completed(parse(text)),
  ...(isNumbered
    ? { greeting: '{"ok":true,"numbered":true}' }
    : { greeting: isAwaited ? '{"ok":true}' : undefined, refusal: logError, form: plain }),
});

/** Others know no failure but the error itself. */
function plain(number, json) {
  return json[0] === '!' ? json.slice(1) : json;
}

/** Another launcher sends what it got: the value may be missing, and what belongs to the environment be no text. */
function completed({ value, ...context }) {
  const given = Object.entries(context).filter(([, each]) => each !== null);
  const texts = given.map(([key, each]) => [
    key,
    typeof each === 'string' ? each : stringify(each),
  ]);
  return { ...Object.fromEntries(texts), value: value ?? {} };
}
