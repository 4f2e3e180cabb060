import { Module } from '@nestjs/common';
import { SandboxModule } from '../sandbox/sandbox.module.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';

/** Whether the service is alive, and whether it can serve. */
@Module({
  imports: [SandboxModule],
  controllers: [HealthController],
  providers: [HealthService],
})
export class HealthModule {}
