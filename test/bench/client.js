import { once } from 'node:events';
import { connect } from 'node:net';

const endOfHead = '\r\n\r\n';

/** An HTTP connection that is kept: one request at a time, and no more work for it than that needs. */
export class Client {
  #socket;
  /** @type {Buffer[]} */
  #chunks = [];
  #received = 0;
  /** Bytes of the whole answer; 0 until its head has come. */
  #expected = 0;
  #headLength = 0;
  /** @type {{resolve(answer: Answer): void, reject(error: Error): void} | undefined} */
  #waiting;

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('The connection was closed.')));
  }

  /** @param {number} port */
  static async open(port) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Client(socket);
  }

  close() {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  /** @param {string} path @param {string | Buffer} body */
  post(path, body) {
    return this.send(requestOf(path, body));
  }

  /**
   * @param {Buffer} request
   * @returns {Promise<Answer>}
   */
  send(request) {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  /** @param {Buffer} chunk */
  #take(chunk) {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#expected === 0) this.#readHead();
    if (this.#expected === 0 || this.#received < this.#expected) return;
    const whole = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    const answer = new Answer(whole, this.#headLength);
    this.#chunks = [];
    this.#received = this.#expected = 0;
    this.#waiting?.resolve(answer);
  }

  #readHead() {
    const start = Buffer.concat(this.#chunks);
    const end = start.indexOf(endOfHead);
    if (end === -1) return;
    const head = start.toString('latin1', 0, end);
    this.#headLength = end + endOfHead.length;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error(`An answer without Content-Length: ${head}`);
    this.#expected = this.#headLength + Number(length);
  }
}

export class Answer {
  #whole;
  #headLength;

  /** @param {Buffer} whole @param {number} headLength */
  constructor(whole, headLength) {
    this.#whole = whole;
    this.#headLength = headLength;
  }

  get status() {
    return Number(this.#whole.toString('latin1', 9, 12));
  }

  get body() {
    return this.#whole.subarray(this.#headLength);
  }

  /** @throws {Error} with what came, if that is no success */
  check() {
    if (this.status === 200) return this;
    throw new Error(`Answered ${this.status}: ${this.body.toString('utf8', 0, 1000)}`);
  }
}

/** @param {string} path @param {string | Buffer} body */
export function requestOf(path, body) {
  const bytes = Buffer.from(body);
  const head =
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${bytes.length}${endOfHead}`;
  return Buffer.concat([Buffer.from(head), bytes]);
}
