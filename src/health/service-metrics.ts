import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '../common/metrics.js';
import { DbService } from '../db/db.service.js';
import { SandboxPool } from '../sandbox/pool/pool.js';

/** Measures what the process and its database are at, whenever somebody asks. */
@Injectable()
export class ServiceMetrics {
  private readonly logger = new Logger('Metrics');

  constructor(
    private readonly db: DbService,
    private readonly metrics: Metrics,
    sandbox: SandboxPool,
  ) {
    metrics.gauge('ccs_sandbox_processes', 'Sandbox processes.', ['state'], (gauge) => {
      const { processes, idle, parked } = sandbox.load;
      gauge.set({ state: 'idle' }, idle);
      gauge.set({ state: 'parked' }, parked);
      gauge.set({ state: 'busy' }, Math.max(0, processes - idle - parked));
    });
    metrics.gauge('ccs_sandbox_waiting_runs', 'Runs that wait for a process.', [], (gauge) => {
      gauge.set(sandbox.load.waiting);
    });
    metrics.gauge('ccs_database_connections', 'Database connections.', ['state'], (gauge) => {
      const { totalCount, idleCount } = db.pool;
      gauge.set({ state: 'idle' }, idleCount);
      gauge.set({ state: 'busy' }, totalCount - idleCount);
    });
    metrics.gauge('ccs_database_waiting', 'Work that waits for a connection.', [], (gauge) => {
      gauge.set(db.pool.waitingCount);
    });
    metrics.gauge(
      'ccs_jobs',
      'Background jobs, of all processes on the database together.',
      ['kind', 'state'],
      async (gauge) => {
        gauge.reset();
        for (const { kind, state, jobs } of await this.jobs()) gauge.set({ kind, state }, jobs);
      },
    );
  }

  get contentType(): string {
    return this.metrics.contentType;
  }

  text(): Promise<string> {
    return this.metrics.text();
  }

  /** Nothing where the database does not answer: the rest is then worth the more. */
  private async jobs(): Promise<{ kind: string; state: string; jobs: number }[]> {
    try {
      return await this.db.$queryRaw`
        select kind, count(*)::int as jobs,
          case when lease_until >= now() then 'running' else 'waiting' end as state
        from jobs group by 1, 3`;
    } catch (error) {
      this.logger.warn({ err: error }, 'The jobs could not be counted');
      return [];
    }
  }
}
