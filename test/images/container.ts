import { HttpClient } from '../support/http.ts';
import type { Answer } from '../support/http.ts';
import { sentinelText } from '../support/log-pipe.ts';
import { docker, dockerPrints } from './docker.ts';
import { eventually } from './eventually.ts';

export interface ContainerOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** More of the options of `docker run`. */
  readonly options?: readonly string[];
  /** Where the launcher listens. */
  readonly port?: number;
}

/** The part of `docker inspect` that tests look at. */
export interface Inspected {
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Health?: { readonly Status: string };
  };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>>;
  };
}

export interface Logs {
  readonly stdout: string;
  readonly stderr: string;
}

/** A container of an image, with its port on the loopback interface. */
export class Container {
  readonly id: string;
  readonly port: number;
  readonly http: HttpClient;

  private constructor(id: string, port: number) {
    this.id = id;
    this.port = port;
    this.http = new HttpClient(port);
  }

  /** Starts it, and waits until the launcher answers. */
  static async start(
    image: string,
    { env = {}, options = [], port: inner = 8080 }: ContainerOptions = {},
  ): Promise<Container> {
    const variables = Object.entries(env).flatMap((pair) => ['--env', pair.join('=')]);
    const more = ['--pull', 'never', '--publish', `127.0.0.1::${inner}`, ...variables, ...options];
    const id = await docker('run', '--detach', ...more, image);
    try {
      const { NetworkSettings } = await inspect(id);
      const port = Number(NetworkSettings.Ports[`${inner}/tcp`]?.[0]?.HostPort);
      const container = new Container(id, port);
      await container.#listening();
      return container;
    } catch (thrown) {
      const { stdout, stderr } = await dockerPrints('logs', id);
      await docker('rm', '--force', '--volumes', id);
      throw new Error(`${image} does not start: ${stdout}${stderr}`, { cause: thrown });
    }
  }

  /** `POST /init` with the given `value`; a text is code of the image's language. */
  init(value: string | Readonly<Record<string, unknown>>): Promise<Answer> {
    const payload = typeof value === 'string' ? { code: value } : value;
    return this.post('/init', JSON.stringify({ value: payload }));
  }

  /** `POST /init`, for what has to work. */
  async load(value: string | Readonly<Record<string, unknown>>): Promise<void> {
    const { status, text } = await this.init(value);
    const { stderr } = await this.logs();
    if (status !== 200) throw new Error(`/init answered ${status}: ${text} ${stderr}`);
  }

  /** `POST /run` with `{"value": value, …context}`. */
  run(value: unknown = {}, context: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.post('/run', JSON.stringify({ value, ...context }));
  }

  post(path: string, body: string | Buffer): Promise<Answer> {
    return this.http.ask(path, { method: 'POST', body });
  }

  /** What `docker logs` has by now. */
  async logs(): Promise<Logs> {
    const { stdout, stderr } = await dockerPrints('logs', this.id);
    return { stdout, stderr };
  }

  /** The same, once both streams have so many sentinels: docker takes them in after the answer has gone. */
  logsWith(sentinels: number): Promise<Logs> {
    return eventually(
      () => this.logs(),
      ({ stdout, stderr }) => sentinelsIn(stdout) >= sentinels && sentinelsIn(stderr) >= sentinels,
    );
  }

  /** Runs a command in it, and gives its exit code. */
  async tries(...argv: readonly string[]): Promise<number | null> {
    return (await dockerPrints('exec', this.id, ...argv)).code;
  }

  inspect(): Promise<Inspected> {
    return inspect(this.id);
  }

  async remove(): Promise<void> {
    this.http.close();
    await docker('rm', '--force', '--volumes', this.id);
  }

  async #listening(): Promise<void> {
    await eventually(
      async () => (await this.#isLive()) || (await this.inspect()).State,
      (state) => {
        if (state === true) return true;
        if (state.Status === 'running') return false;
        throw new Error(`it ended with code ${state.ExitCode}`);
      },
    );
  }

  async #isLive(): Promise<boolean> {
    return this.http.ask('/health/live').then(
      ({ status }) => status === 200,
      () => false,
    );
  }
}

/** A container for the time of one body. */
export async function inContainer(
  image: string,
  options: ContainerOptions,
  body: (container: Container) => Promise<void>,
): Promise<void> {
  const container = await Container.start(image, options);
  try {
    await body(container);
  } finally {
    await container.remove();
  }
}

/** How many sentinels there are, each a line of its own. */
export function sentinelsIn(text: string): number {
  const alone = text.split('\n').filter((line) => line === sentinelText).length;
  const anywhere = text.split(sentinelText).length - 1;
  if (alone !== anywhere) throw new Error(`a sentinel is no line of its own in: ${text}`);
  return alone;
}

async function inspect(id: string): Promise<Inspected> {
  const [inspected] = JSON.parse(await docker('inspect', id)) as [Inspected];
  return inspected;
}
