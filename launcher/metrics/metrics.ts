import type Router from '@koa/router';
import type { Context } from 'koa';
import { collectDefaultMetrics, Registry } from 'prom-client';

import type { Action } from '../action.ts';
import { assertMayAsk, ownHeaders } from '../http/guard.ts';
import type { Initialised, Observer, Ran } from '../observer.ts';
import { createInstruments } from './instruments.ts';
import type { Instruments } from './instruments.ts';
import { activationOutcomes, initOutcomes } from './outcomes.ts';

export interface MetricsOptions {
  readonly observer: Observer;
  readonly action: Action;
  readonly token: string | undefined;
  readonly version: string;
}

/** Prometheus at `/metrics`: what the launcher counts and measures. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #instruments: Instruments;
  readonly #token: string | undefined;

  constructor({ observer, action, token, version }: MetricsOptions) {
    this.#token = token;
    this.#instruments = createInstruments(this.#registry, {
      version,
      language: () => action.status.language ?? '',
      running: () => observer.running,
      waiting: () => observer.waiting,
      connections: () => observer.connections,
    });
    collectDefaultMetrics({ register: this.#registry });
    this.#beginWithZero();
    this.#follow(observer);
  }

  /** Adds its route. */
  mount(router: Router): void {
    router.get('/metrics', async (ctx: Context) => {
      assertMayAsk(ctx.req, this.#token);
      const text = await this.#registry.metrics();
      ctx.set({ ...ownHeaders, 'content-type': this.#registry.contentType });
      ctx.body = text;
    });
  }

  /** A series that only comes with its first event seems to Prometheus never to have grown. */
  #beginWithZero(): void {
    const { activations, inits } = this.#instruments;
    for (const outcome of activationOutcomes) activations.inc({ outcome }, 0);
    for (const outcome of initOutcomes) inits.inc({ outcome }, 0);
  }

  #follow(observer: Observer): void {
    const { activations, loopStarts, loopDeaths, connections, messages } = this.#instruments;
    observer.on('activation', (ran) => this.#addActivation(ran));
    observer.on('refusal', (outcome) => activations.inc({ outcome }));
    observer.on('init', (init) => this.#addInit(init));
    observer.on('loopStart', () => loopStarts.inc());
    observer.on('loopDeath', () => loopDeaths.inc());
    observer.on('connection', () => connections.inc());
    observer.on('message', () => messages.inc());
  }

  #addActivation({ outcome, ms, waitedMs, lineBytes, resultBytes }: Ran): void {
    const { activations, duration, wait, requestBytes, resultBytes: results } = this.#instruments;
    activations.inc({ outcome });
    duration.observe(ms / 1000);
    wait.observe(waitedMs / 1000);
    requestBytes.inc(lineBytes);
    results.inc(resultBytes);
  }

  #addInit({ outcome, ms }: Initialised): void {
    this.#instruments.inits.inc({ outcome });
    this.#instruments.initDuration.observe(ms / 1000);
  }
}
