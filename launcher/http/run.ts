import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Action } from '../action.ts';
import { readActivation } from '../protocol/activation.ts';
import { readBody } from './body.ts';
import { answerFailure } from './fault.ts';

/** Answers a request, whatever happens. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What is no longer goes out as text: head and body are then one write, and not a list of two. */
const mostText = 16 * 1024;

/**
 * `POST /run`: one activation; the answer is the bytes that the loop wrote. It goes past Koa, whose context and way out
 * cost a tenth of the whole (measured).
 * @param onError is told of what no table foresees
 */
export function run(
  action: Action,
  maxBodyBytes: number,
  onError: (thrown: unknown) => void,
): Handler {
  const answer: Handler = async (request, response) => {
    const body = await readBody(request, maxBodyBytes);
    const result = await action.run(() => readActivation(body));
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': result.length,
    });
    if (result.length > mostText) response.end(result);
    else response.end(result.toString('latin1'), 'latin1');
  };
  return (request, response) =>
    answer(request, response).catch((thrown: unknown) => answerFailure(thrown, response, onError));
}
