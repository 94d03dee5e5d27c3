import type { ClientRequest, IncomingMessage } from 'node:http';

import type { Launcher } from './launcher.ts';
import { soon } from './websocket.ts';

export interface Heard {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What `/console/events` sends to who reads it. */
export class EventStream {
  readonly answer: IncomingMessage;
  readonly heard: Heard[] = [];
  readonly ended: Promise<void>;
  readonly #outgoing: ClientRequest;
  #text = '';
  #wakes: (() => void)[] = [];

  static async open(launcher: Launcher, path = '/console/events'): Promise<EventStream> {
    const outgoing = launcher.http.open(path, 'GET', {});
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve).once('error', reject).end();
    });
    return new EventStream(outgoing, answer);
  }

  private constructor(outgoing: ClientRequest, answer: IncomingMessage) {
    this.#outgoing = outgoing;
    this.answer = answer;
    answer.setEncoding('utf8').on('data', (chunk: string) => this.#take(chunk));
    answer.on('error', () => undefined);
    this.ended = new Promise((resolve) => answer.once('close', resolve));
  }

  /** The first event, past or to come, of which this holds. */
  async until(event: string, holds: (data: Heard['data']) => boolean = () => true): Promise<Heard> {
    const find = (): Heard | undefined =>
      this.heard.find((one) => one.event === event && holds(one.data));
    const wait = async (): Promise<Heard> => {
      for (;;) {
        const found = find();
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => this.#wakes.push(resolve));
      }
    };
    return soon(wait(), `the event ${event}`);
  }

  close(): void {
    this.#outgoing.destroy();
  }

  #take(chunk: string): void {
    const blocks = `${this.#text}${chunk}`.split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (event === undefined || data === undefined) continue;
      this.heard.push({ event, data: JSON.parse(data) as Heard['data'] });
    }
    for (const wake of this.#wakes.splice(0)) wake();
  }
}
