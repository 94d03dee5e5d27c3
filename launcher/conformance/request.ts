import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { buffer } from 'node:stream/consumers';

import { messageOf } from '../errors.ts';
import type { Reply } from './subject.ts';

const longestAnswerMs = 60_000;

export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly body: string;
  readonly contentType: string;
}

/**
 * Asks once, on a connection of its own.
 * @returns what was answered; status 0 and the reason where nothing was
 * @throws the signal's reason
 */
export async function ask(url: URL, asked: Asked, signal: AbortSignal): Promise<Reply> {
  const { method, body, contentType } = asked;
  const bytes = Buffer.from(body);
  const headers = { 'content-type': contentType, 'content-length': bytes.length };
  const limit = AbortSignal.timeout(longestAnswerMs);
  const options = { method, headers, agent: false, signal: AbortSignal.any([signal, limit]) };
  const outgoing = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options);
  try {
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve).on('error', reject);
      outgoing.end(bytes);
    });
    const { statusCode = 0, headers: answered } = incoming;
    return { status: statusCode, headers: answered, bytes: await buffer(incoming) };
  } catch (thrown) {
    signal.throwIfAborted();
    const why = limit.aborted ? `nothing in ${longestAnswerMs / 1000} s` : messageOf(thrown);
    return { status: 0, headers: {}, bytes: Buffer.from(why) };
  }
}
