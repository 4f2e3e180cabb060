import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; a call of connector code takes up to 30, a read up to 600, by their default limits. */
const BUCKETS = [0.005, 0.02, 0.1, 0.5, 2, 10, 30, 120, 600];

/**
 * What the process measures of itself, in Prometheus' text format. Labels take values from closed sets
 * alone: never an id, a host or a path.
 */
@Injectable()
export class Metrics {
  readonly #registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  /** Of durations in seconds. */
  durations(name: string, help: string, labelNames: string[] = []): Histogram {
    const buckets = BUCKETS;
    return new Histogram({ name, help, labelNames, buckets, registers: [this.#registry] });
  }

  /** Set by `collect` whenever the metrics are read. */
  gauge(
    name: string,
    help: string,
    labelNames: string[],
    collect: (gauge: Gauge) => void | Promise<void>,
  ): void {
    const registers = [this.#registry];
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect: () => collect(gauge),
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

/** Measures each request, by its method, the pattern of its route, and its status. */
export function measureRequests(metrics: Metrics) {
  const durations = metrics.durations('ccs_http_request_duration_seconds', 'Requests served.', [
    ...['method', 'route', 'status'],
  ]);
  return (request: Request, response: Response, next: NextFunction): void => {
    const end = durations.startTimer();
    response.once('close', () => {
      const { path } = (request.route as { path?: string } | undefined) ?? {};
      const status = response.writableFinished ? String(response.statusCode) : 'broken';
      // An unknown method or path is anybody's to make up.
      end(
        path === undefined
          ? { method: 'any', route: 'none', status }
          : { method: request.method, route: path, status },
      );
    });
    next();
  };
}
