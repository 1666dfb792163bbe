import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Seconds; from a millisecond to a minute, fine where promises lie (250 ms, 500 ms). */
export const LATENCY_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1, 2.5, 5, 10, 30, 60,
];

/**
 * Prometheus metrics of this process, in a registry of its own (so that two apps in one test do not meet).
 * Names follow `ioc_<app>_<what>_<unit>`. Label values must be bounded: never an event id, a path or a user.
 * Asking twice for one name gives the same metric.
 */
export class Metrics {
  readonly registry = new Registry();

  constructor(app: string) {
    this.registry.setDefaultLabels({ app });
    collectDefaultMetrics({ register: this.registry });
  }

  counter<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    const known = this.registry.getSingleMetric(name);
    return known ? (known as Counter<L>) : new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** `collect`, if given, runs at each scrape and may set the gauge; it must not take longer than a second. */
  gauge<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    collect?: (gauge: Gauge<L>) => void | Promise<void>,
  ): Gauge<L> {
    const known = this.registry.getSingleMetric(name);
    if (known) return known as Gauge<L>;
    const gauge: Gauge<L> = new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect ? { collect: () => bounded(collect(gauge)) } : {}),
    });
    return gauge;
  }

  histogram<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    buckets: readonly number[] = LATENCY_BUCKETS,
  ): Histogram<L> {
    const known = this.registry.getSingleMetric(name);
    if (known) return known as Histogram<L>;
    return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [this.registry] });
  }

  /** Prometheus text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}

/** A gauge whose source hangs or fails keeps its last value: one sick store must not hide all other metrics. */
async function bounded(collecting: void | Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    Promise.resolve(collecting).catch(() => undefined),
    new Promise<void>((done) => {
      timer = setTimeout(done, 1_000).unref();
    }),
  ]);
  clearTimeout(timer);
}
