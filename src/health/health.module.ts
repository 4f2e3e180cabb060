import { Module } from '@nestjs/common';
import { SandboxModule } from '../sandbox/sandbox.module.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { ServiceMetrics } from './service-metrics.js';
import { HealthService } from './health.service.js';

/** Whether the service is alive, and whether it can serve. */
@Module({
  imports: [SandboxModule],
  controllers: [HealthController, MetricsController],
  providers: [HealthService, ServiceMetrics],
})
export class HealthModule {}
