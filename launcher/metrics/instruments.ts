import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** What is counted when it happens. */
export interface Instruments {
  readonly activations: Counter<'outcome'>;
  readonly duration: Histogram;
  readonly wait: Histogram;
  readonly requestBytes: Counter;
  readonly resultBytes: Counter;
  readonly inits: Counter<'outcome'>;
  readonly initDuration: Histogram;
  readonly loopStarts: Counter;
  readonly loopDeaths: Counter;
  readonly connections: Counter;
  readonly messages: Counter;
}

/** What is looked at when somebody asks. */
export interface Levels {
  readonly version: string;
  readonly language: () => string;
  readonly running: () => number;
  readonly waiting: () => number;
  readonly connections: () => number;
}

/** Seconds: from an echo in a loop that waits to the longest action that platforms allow. */
const buckets = [
  ...[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05],
  ...[0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
];

/** All that the launcher measures, by name; docs/metrics.md says the same to operators. */
export function createInstruments(registry: Registry, levels: Levels): Instruments {
  const make = new Maker(registry);
  make.info('build_info', 'What runs here; the language as soon as it is known.', levels);
  make.gauge('activations_running', 'Activations in a loop.', levels.running);
  make.gauge('activations_waiting', 'Activations that wait for a loop.', levels.waiting);
  make.gauge('websocket_connections_open', 'Open WebSockets.', levels.connections);
  return {
    activations: make.counter('activations_total', 'Activations that are over.', ['outcome']),
    duration: make.histogram('activation_duration_seconds', 'Time of an activation in its loop.'),
    wait: make.histogram('activation_wait_seconds', 'Time that an activation waited for its loop.'),
    requestBytes: make.counter('activation_request_bytes_total', 'Bytes that loops read.'),
    resultBytes: make.counter('activation_result_bytes_total', 'Bytes of results.'),
    inits: make.counter('inits_total', 'Initialisations that are over.', ['outcome']),
    initDuration: make.histogram('init_duration_seconds', 'Time of an initialisation.'),
    loopStarts: make.counter('loop_starts_total', 'Loops that started with the action loaded.'),
    loopDeaths: make.counter('loop_deaths_total', 'Loops that ended and were not told to.'),
    connections: make.counter('websocket_connections_total', 'WebSockets that opened.'),
    messages: make.counter('websocket_messages_total', 'Messages that WebSockets brought.'),
  };
}

/** Makes what has a name and a help, and nothing else to say. */
class Maker {
  readonly #registers: Registry[];

  constructor(registry: Registry) {
    this.#registers = [registry];
  }

  counter<Label extends string = never>(
    name: string,
    help: string,
    labelNames: Label[] = [],
  ): Counter<Label> {
    return new Counter({ ...this.#common(name, help), labelNames });
  }

  histogram(name: string, help: string): Histogram {
    return new Histogram({ ...this.#common(name, help), buckets });
  }

  gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      ...this.#common(name, help),
      collect: () => gauge.set(read()),
    });
  }

  info(name: string, help: string, { version, language }: Levels): void {
    const labelNames = ['version', 'language'];
    const gauge: Gauge = new Gauge({
      ...this.#common(name, help),
      labelNames,
      collect() {
        gauge.reset();
        gauge.set({ version, language: language() }, 1);
      },
    });
  }

  #common(name: string, help: string): { name: string; help: string; registers: Registry[] } {
    return { name: `polyglot_launcher_${name}`, help, registers: this.#registers };
  }
}
