import { request } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Action } from '../action.ts';

/**
 * Sends the server one request, so that the first one of the platform does not find everything for the
 * first time: that costs some 10 ms. Without code, `/init` goes all its way and is refused.
 */
export function warmUp(server: Server, action: Action): void {
  const { address, port } = server.address() as AddressInfo;
  const asked =
    action.state === 'empty'
      ? request({ host: reachable(address), port, method: 'POST', path: '/init', agent: false })
      : request({ host: reachable(address), port, path: '/health/live', agent: false });
  // Nobody waits for the answer, and whoever can't be asked is not warmed.
  asked.on('response', (response) => response.resume()).on('error', () => undefined);
  asked.end(action.state === 'empty' ? '{}' : undefined);
}

/** All interfaces is no address to connect to. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? 'localhost' : address;
}
