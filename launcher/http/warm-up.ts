import { request } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Sends the server one request, so that the platform's first one does not find everything for the first
 * time, which costs some 10 ms. A body that is no JSON goes all the way of an init up to the action.
 * @param path where code is sent to
 */
export function warmUp(server: Server, path: string): void {
  const { address, port } = server.address() as AddressInfo;
  const options = { host: reachable(address), port, method: 'POST', path, agent: false };
  request(options, (response) => response.resume())
    // Whoever can't be asked is not warmed.
    .on('error', () => undefined)
    .end('not JSON');
}

/** All interfaces is no address to connect to. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? 'localhost' : address;
}
