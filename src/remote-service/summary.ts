import type { EgressSession } from '../egress/egress-session.js';
import type { MappingCounts, ReadWarning } from '../mapping/mapping.types.js';
import type { ReadOutcome } from '../sandbox/sandbox.types.js';

/** What a read came to, and whether it was complete. */
export interface ReadSummary extends MappingCounts {
  /** False where anything speaks against it; `warnings` says what. */
  complete: boolean;
  stop: 'end' | 'limit';
  requests: number;
  /** Of the remote's response bodies, decompressed. */
  bytes: number;
  durationMs: number;
}

/** Sums up a read that came to its end, or was ended by the limit that its caller set. */
export function summarize(
  outcome: Extract<ReadOutcome, { kind: 'ok' }>,
  session: Pick<EgressSession, 'requests' | 'bytes'>,
): ReadSummary {
  const cut: ReadWarning[] =
    outcome.stop === 'cut'
      ? [{ code: 'read.limit', detail: 'The table has more records than the limit asked for.' }]
      : [];
  const warnings = [...cut, ...outcome.counts.warnings];
  const { records, pages, duplicates, rejected, invalid, samples } = outcome.counts;
  return {
    complete: warnings.length === 0,
    stop: outcome.stop === 'cut' ? 'limit' : 'end',
    ...{ records, pages, duplicates, rejected, invalid, samples },
    requests: session.requests.length,
    bytes: session.bytes,
    durationMs: Math.round(outcome.durationMs),
    warnings,
  };
}

/** The summary with the connector's API key taken out of what it says of responses. */
export function withKeyHidden(summary: ReadSummary, hide: (text: string) => string): ReadSummary {
  const warnings = summary.warnings.map((warning) => ({
    ...warning,
    detail: hide(warning.detail),
  }));
  return { ...summary, warnings };
}
