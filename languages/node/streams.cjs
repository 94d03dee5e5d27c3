/**
 * stdout and stderr for the action, always synchronous. Node's own streams make a pipe non-blocking, for
 * the launcher and every other process that shares it too: they then lose what a slow reader can't take.
 */
'use strict';

const { writeSync } = require('node:fs');
const { Writable } = require('node:stream');

const LONGEST_PAUSE_MS = 32;
const never = new Int32Array(new SharedArrayBuffer(4));

/** Writes every byte, and waits where somebody else made the pipe non-blocking. */
function writeAll(fd, bytes) {
  let pause = 1;
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(fd, bytes, written);
      pause = 1;
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(never, 0, 0, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }
}

/** Looks to the action like the stream that Node makes, but an end or destroy does not close it. */
class LogStream extends Writable {
  _type = 'pipe';
  _isStdio = true;

  constructor(fd) {
    super({ autoDestroy: false });
    this.fd = fd;
  }

  _write(bytes, encoding, done) {
    writeLog(this.fd, bytes);
    done();
  }

  end(...args) {
    const done = args.find((each) => typeof each === 'function');
    const [chunk, encoding] = args.filter((each) => each !== done);
    if (chunk != null) this.write(chunk, encoding);
    process.nextTick(() => {
      this.emit('finish'); // or a pipeline into this stream would wait for ever
      done?.();
    });
    return this;
  }

  destroy() {
    return this;
  }

  destroySoon() {}
}

/** A log that nobody can read any more is no failure of the action. */
function writeLog(fd, bytes) {
  try {
    writeAll(fd, bytes);
  } catch {
    // EPIPE, or the action closed the descriptor
  }
}

/** One line on stderr, past whatever the action did to `console` and `process.stderr`. */
function logError(text) {
  writeLog(2, Buffer.from(`${text}\n`));
}

function replaceStandardStreams() {
  replace('stdout', 1);
  replace('stderr', 2);
}

function replace(name, fd) {
  let stream;
  const get = () => (stream ??= new LogStream(fd));
  Object.defineProperty(process, name, { configurable: true, enumerable: true, get });
}

module.exports = { writeAll, logError, replaceStandardStreams };
