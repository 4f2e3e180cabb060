import { Injectable, Logger } from '@nestjs/common';
import { Shutdown } from '../common/shutdown.js';
import { DbService } from '../db/db.service.js';
import { SandboxPool } from '../sandbox/pool/pool.js';

/** Anybody may ask; the answer is found out at most this often. */
const FRESH_MS = 1000;

export type Checks = Record<'database' | 'sandbox', 'ok' | 'failing'> & {
  /** Only where the service is being stopped. */
  service?: 'failing';
};

/** Whether what the service needs works: a query is answered, and a function is run. */
@Injectable()
export class HealthService {
  private readonly logger = new Logger('Health');
  private latest: { at: number; checks: Promise<Checks> } | undefined;

  constructor(
    private readonly db: DbService,
    private readonly sandbox: SandboxPool,
    private readonly shutdown: Shutdown,
  ) {}

  async check(): Promise<Checks> {
    if (!this.latest || Date.now() - this.latest.at > FRESH_MS) {
      this.latest = { at: Date.now(), checks: this.find() };
    }
    const checks = await this.latest.checks;
    return this.shutdown.hasBegun ? { ...checks, service: 'failing' } : checks;
  }

  private async find(): Promise<Checks> {
    const [database, sandbox] = await Promise.all([
      this.works('database', this.db.ping()),
      this.works('sandbox', this.sandbox.health()),
    ]);
    return { database, sandbox };
  }

  private async works(name: string, check: Promise<void>): Promise<'ok' | 'failing'> {
    try {
      await check;
      return 'ok';
    } catch (error) {
      this.logger.error({ err: error }, `The ${name} does not work`);
      return 'failing';
    }
  }
}
