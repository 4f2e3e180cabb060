import type { Counter, Histogram } from 'prom-client';
import type { Metrics } from '../common/metrics.js';
import type { EgressSession } from '../egress/egress-session.js';
import type { RunFailure, RunTrace } from '../sandbox/sandbox.types.js';

/** How a run ended, as one word: `ok`, the kind of its failure, or the code of its limit. */
export function outcomeOf(outcome: { kind: 'ok' } | RunFailure): string {
  return outcome.kind === 'limit' ? outcome.code : outcome.kind;
}

/** Measures runs, and what they asked of their remotes. */
export class RunMeter {
  readonly #runs: Histogram;
  readonly #requests: Counter;
  readonly #bytes: Counter;

  constructor(metrics: Metrics) {
    this.#runs = metrics.durations('ccs_run_duration_seconds', 'Runs of connector functions.', [
      ...['function', 'outcome'],
    ]);
    this.#requests = metrics.counter(
      'ccs_egress_requests_total',
      'Requests of connector code, each try counted: by the first digit of the status, or the error.',
      ['outcome'],
    );
    this.#bytes = metrics.counter(
      'ccs_egress_response_bytes_total',
      'Bytes of responses to connector code, decompressed.',
    );
  }

  ended(
    functionName: string,
    outcome: ({ kind: 'ok' } | RunFailure) & RunTrace,
    { requests, bytes }: Pick<EgressSession, 'requests' | 'bytes'>,
  ): void {
    const labels = { function: functionName, outcome: outcomeOf(outcome) };
    this.#runs.observe(labels, outcome.durationMs / 1000);
    this.#bytes.inc(bytes);
    for (const { error, status } of requests) {
      const answer = status === undefined ? 'none' : `${Math.floor(status / 100)}xx`;
      this.#requests.inc({ outcome: error ?? answer });
    }
  }
}
