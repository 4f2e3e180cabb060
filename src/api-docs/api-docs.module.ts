import { Module } from '@nestjs/common';
import { CommonModule } from '../common/common.module.js';
import { ApiDocsController } from './api-docs.controller.js';
import { ApiDocsService } from './api-docs.service.js';

/** The API's own description. */
@Module({
  imports: [CommonModule],
  controllers: [ApiDocsController],
  providers: [ApiDocsService],
})
export class ApiDocsModule {}
