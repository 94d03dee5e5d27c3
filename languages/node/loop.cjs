/** Runs a JavaScript action: JSON lines in on stdin, answers out on fd 3 (docs/loop-protocol.md). */
'use strict';

const { openSync, closeSync, constants } = require('node:fs');
const { Socket } = require('node:net');
const { writeAll, replaceStandardStreams } = require('./streams.cjs');
const { load } = require('./load.cjs');
const { Environment } = require('./environment.cjs');
const outcome = require('./outcome.cjs');

const { parse } = JSON; // kept: the action shares this realm, and may replace them
const LF = 10;

/** How the launcher speaks with a loop that waits. */
const waiting = {
  take: parse,
  greeting: '{"ok":true}',
  refusal: (reason) => JSON.stringify({ error: reason }),
  form: (number, json) => `${number} ${json}`,
};

function main() {
  replaceStandardStreams();
  const lines = takeOver(0, constants.O_RDONLY);
  const answers = takeOver(3, constants.O_WRONLY);
  const answer = (text) => {
    if (text !== undefined) writeAll(answers, Buffer.from(`${text}\n`));
  };
  const words = process.argv.splice(2); // an executable gets its load by them, and not by a line
  const way = words.length > 0 ? require('./executable.cjs')(words, waiting) : waiting;
  let serve = (line) => start(parse(line));
  if (way.load) start(way.load);
  readLines(lines, (line) => serve(line));

  function start(given) {
    const early = [];
    serve = (line) => early.push(line);
    const overlapping = given.concurrent ? overlap() : undefined;
    load(given).then(
      (action) => {
        serve = runner(action, way, overlapping ?? new Environment(process.env), answer);
        answer(overlapping ? '{"ok":true,"multiplexes":true}' : way.greeting);
        early.forEach(serve);
      },
      (error) => {
        answer(way.refusal(outcome.stackOf(error)));
        process.exit(1);
      },
    );
  }
}

/** Prepares for activations that overlap: only who asks for them pays for it. */
function overlap() {
  const { OverlappingEnvironment } = require('./overlap.cjs');
  const environment = new OverlappingEnvironment();
  environment.install();
  return environment;
}

/**
 * Opens a pipe once more on a descriptor that no child inherits, and leaves /dev/null in its place:
 * the action can neither read the next activation nor write an answer. A socket can't be opened by
 * path, it stays where it is.
 */
function takeOver(fd, flags) {
  let own;
  try {
    own = openPipe(`/proc/self/fd/${fd}`, flags);
  } catch {
    return fd;
  }
  closeSync(fd);
  openSync('/dev/null', 'r+'); // takes the lowest free number, which is fd
  return own;
}

/** Opening one end of a FIFO waits for the other one, for ever if the launcher has gone meanwhile. */
function openPipe(path, flags) {
  const both = openSync(path, constants.O_RDWR);
  const own = openSync(path, flags);
  closeSync(both);
  return own;
}

/** Calls back with the text of every line. Only LF ends one: a bare CR is white space in JSON. */
function readLines(fd, onLine) {
  let unfinished = [];
  const take = (size, buffer) => {
    const chunk = buffer.subarray(0, size);
    let from = 0;
    for (let to = chunk.indexOf(LF); to !== -1; to = chunk.indexOf(LF, from)) {
      const last = chunk.subarray(from, to);
      from = to + 1;
      onLine(unfinished.length === 0 ? last.toString() : joined(unfinished, last));
      unfinished = [];
    }
    if (from < size) unfinished.push(Buffer.from(chunk.subarray(from)));
    return true;
  };
  const socket = new Socket({
    fd,
    onread: { buffer: Buffer.allocUnsafeSlow(65536), callback: take },
  });
  socket.on('end', () => process.exit(0)).on('error', () => process.exit(1));
}

function joined(chunks, last) {
  return Buffer.concat([...chunks, last]).toString();
}

/** The function that takes one activation after the other; several may be on their way at once. */
function runner(action, { take, form }, environment, answer) {
  let count = 0;
  return (text) => {
    const number = ++count;
    const reply = (json) => answer(form(number, json));
    try {
      const line = take(text);
      const result = environment.run(line, () => action(line.value));
      if (typeof result?.then === 'function') settle(result, reply);
      else reply(outcome.ofResult(result));
    } catch (error) {
      reply(outcome.ofThrow(error));
    }
  };
}

function settle(promise, reply) {
  Promise.resolve(promise)
    .then(outcome.ofResult, outcome.ofRejection)
    .catch(outcome.ofThrow)
    .then(reply);
}

main();
