import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** A number read when somebody scrapes. */
export interface Reading {
  /** Prometheus name: unit as suffix, `_total` on counters. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  /** Values, each with its labels; rejecting leaves the metric out of this scrape. */
  readonly read: () => Promise<readonly Sample[]> | readonly Sample[];
  readonly labels?: readonly string[];
}

export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The metrics of this process. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram;

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'branchline_http_request_duration_seconds',
      help: 'Duration of API requests by route and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
      registers: [this.#registry],
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Registers something that is read at each scrape. */
  add(reading: Reading): void {
    const options = {
      name: reading.name,
      help: reading.help,
      labelNames: [...(reading.labels ?? [])],
      registers: [this.#registry],
    };
    if (reading.kind === 'gauge') {
      const gauge = new Gauge({
        ...options,
        collect: async () => {
          gauge.reset();
          for (const { labels = {}, value } of await settled(reading)) gauge.set({ ...labels }, value);
        },
      });
      return;
    }
    const counter = new Counter({
      ...options,
      collect: async () => {
        // The source counts; the metric only shows its present total.
        counter.reset();
        for (const { labels = {}, value } of await settled(reading)) counter.inc({ ...labels }, value);
      },
    });
  }

  observeRequest(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  /** The text that Prometheus reads. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

async function settled(reading: Reading): Promise<readonly Sample[]> {
  try {
    return await reading.read();
  } catch {
    return [];
  }
}
