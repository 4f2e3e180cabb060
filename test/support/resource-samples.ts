import { readdirSync, readFileSync } from 'node:fs';

/** What a service and the processes below it hold at one moment. */
export interface Sample {
  /** Of the service's own process, in MiB. */
  memory: number;
  files: number;
  processes: number;
  connections: number;
}

/** The memory of a process in MiB and its open files; Linux alone has them in `/proc`. */
export function resourcesOf(pid: number): { memory: number; files: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    memory: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024,
    files: readdirSync(`/proc/${pid}/fd`).length,
  };
}

/** The median of each measure over a part of a series. */
export function medianOf(samples: readonly Sample[]): Sample {
  const of = (measure: keyof Sample): number => {
    const sorted = samples.map((sample) => sample[measure]).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  };
  return {
    ...{ memory: of('memory'), files: of('files') },
    ...{ processes: of('processes'), connections: of('connections') },
  };
}
