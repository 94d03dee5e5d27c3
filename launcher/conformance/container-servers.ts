import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Environment } from '../settings.ts';
import { docker } from './docker.ts';
import { excerpt } from './expect.ts';
import { ask } from './request.ts';
import type { RunningServer, Servers } from './servers.ts';
import type { Logs, Reply } from './subject.ts';

/** Where the action interface has a container listen. */
const containerPort = 8080;
const longestStartMs = 60_000;
const lookEveryMs = 20;

/** Containers of an image that this machine has. */
export function containerServers(image: string): Servers {
  return {
    atOnce: 2,
    start: (environment, signal) => ContainerServer.start(image, environment, signal),
  };
}

/**
 * What an image says its language is: a label or a variable `OW_LANGUAGE`.
 * @throws Error where there is no such image
 */
export async function languageOf(image: string): Promise<string | undefined> {
  const { stdout } = await docker('image', 'inspect', '--format', '{{json .Config}}', image);
  const { Labels, Env } = JSON.parse(stdout) as {
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly Env?: readonly string[] | null;
  };
  const variable = (Env ?? []).find((one) => one.startsWith('OW_LANGUAGE='));
  return Labels?.['OW_LANGUAGE'] ?? variable?.slice('OW_LANGUAGE='.length);
}

class ContainerServer implements RunningServer {
  /** So long Apache's own suite waits before it reads the logs. */
  readonly settlingMs = 100;
  readonly #name = `polyglot-launcher-conform-${randomUUID()}`;
  readonly #signal: AbortSignal;
  #base = '';

  private constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  static async start(
    image: string,
    environment: Environment,
    signal: AbortSignal,
  ): Promise<ContainerServer> {
    const server = new ContainerServer(signal);
    try {
      await server.#run(image, environment);
      await server.#answering();
      return server;
    } catch (thrown) {
      await server.end().catch(() => undefined);
      throw thrown;
    }
  }

  post(path: string, body: string, contentType = 'application/json'): Promise<Reply> {
    return ask(new URL(path, this.#base), { method: 'POST', body, contentType }, this.#signal);
  }

  logs(): Promise<Logs> {
    return docker('logs', this.#name);
  }

  async end(): Promise<void> {
    await docker('rm', '--force', '--volumes', this.#name);
  }

  async #run(image: string, environment: Environment): Promise<void> {
    const variables = Object.entries(environment).flatMap((pair) => ['--env', pair.join('=')]);
    const kept = ['--restart', 'no', '--log-driver', 'json-file', '--pull', 'never'];
    const published = ['--publish', `127.0.0.1::${containerPort}`];
    const what = ['--name', this.#name, ...kept, ...published, ...variables, image];
    await docker('run', '--detach', ...what);
    const { stdout } = await docker('port', this.#name, `${containerPort}/tcp`);
    this.#base = `http://${stdout.trim().split('\n')[0] ?? ''}`;
  }

  /** The published port is open before the server in the container listens: only an answer tells. */
  async #answering(): Promise<void> {
    const end = Date.now() + longestStartMs;
    const asked = { method: 'GET', body: '', contentType: 'application/json' } as const;
    while ((await ask(new URL(this.#base), asked, this.#signal)).status === 0) {
      if (Date.now() > end || !(await this.#isRunning())) {
        const { stdout, stderr } = await this.logs();
        throw new Error(`the container does not answer: ${excerpt(`${stdout}${stderr}`)}`);
      }
      await delay(lookEveryMs);
    }
  }

  async #isRunning(): Promise<boolean> {
    const { stdout } = await docker('inspect', '--format', '{{.State.Running}}', this.#name);
    return stdout.trim() === 'true';
  }
}
