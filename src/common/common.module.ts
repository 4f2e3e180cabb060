import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { CheckedInputPipe } from './checked-input.pipe.js';
import { KnownFailures } from './known-failures.js';
import { Metrics } from './metrics.js';
import { ProblemFilter } from './problem.filter.js';
import { Shutdown } from './shutdown.js';
import { ReadBodyInterceptor } from './read-body.interceptor.js';
import { RouteTable } from './route-table.js';

/** What every request passes: its body is read, its input checked, its errors told as problems. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    KnownFailures,
    Metrics,
    Shutdown,
    RouteTable,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_INTERCEPTOR, useClass: ReadBodyInterceptor },
    { provide: APP_PIPE, useClass: CheckedInputPipe },
  ],
  exports: [KnownFailures, Metrics, RouteTable, Shutdown],
})
export class CommonModule {}
