import type { ServerResponse } from 'node:http';

import type { Journal } from './journal.ts';

/** How much may wait for a page to read it. It is not a measure of what it gets: the rest comes when this is read. */
const mostWaitingBytes = 256 * 1024;
/** After how long without reading a page is taken for gone; one that is not connects again. */
const patienceMs = 10_000;
const heartbeatMs = 15_000;

/**
 * One page that looks: a stream of server-sent events. It reads the journal at its own pace and misses what it is too
 * slow for, so that nothing is kept on its behalf.
 */
export class Viewer {
  readonly #response: ServerResponse;
  #seen = 0;
  #status = '';
  #lastWrite = Date.now();

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  #isFull(): boolean {
    return this.#response.writableLength >= mostWaitingBytes;
  }

  /** Writes what is new. */
  show(journal: Journal, status: string): void {
    if (this.#isFull()) {
      if (Date.now() - this.#lastWrite > patienceMs) this.#response.destroy();
      return;
    }
    if (status !== this.#status) this.send('status', (this.#status = status));
    for (const entry of journal.after(this.#seen)) {
      if (this.#isFull()) return;
      this.#seen = entry.seq;
      this.send(entry.kind, JSON.stringify(entry));
    }
    // A proxy that closes silent connections, or a peer that is gone, is met by this.
    if (Date.now() - this.#lastWrite > heartbeatMs) this.#write(': still here\n\n');
  }

  /** @param json of one line */
  send(event: string, json: string): void {
    this.#write(`event: ${event}\ndata: ${json}\n\n`);
  }

  end(): void {
    this.#response.end();
  }

  #write(text: string): void {
    this.#lastWrite = Date.now();
    this.#response.write(text);
  }
}
