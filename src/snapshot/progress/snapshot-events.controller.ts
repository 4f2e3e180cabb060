import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CallerId } from '../../auth/caller.decorator.js';
import { ApiProblems } from '../../common/api-problems.decorator.js';
import { SNAPSHOT_PARAM } from '../route.docs.js';
import { SnapshotNotFoundError } from '../snapshot.errors.js';
import { SnapshotEventsService } from './snapshot-events.service.js';

@ApiTags('Snapshots')
@Controller('snapshots/:id/events')
export class SnapshotEventsController {
  constructor(private readonly events: SnapshotEventsService) {}

  @Get()
  @ApiOperation({
    summary: 'Watch a download',
    description:
      'Server-sent events: `progress` with the snapshot as `GET /snapshots/{id}` shows it, at once and ' +
      'whenever that changed; `end` with the snapshot once its download is over, or at once where none ' +
      'is under way; `gone` where the snapshot is deleted. With the last two the stream ends. Who reads ' +
      'slowly gets only the newest.',
  })
  @ApiParam(SNAPSHOT_PARAM)
  @ApiOkResponse({
    description: 'The events, as they come.',
    content: {
      'text/event-stream': {
        schema: {
          type: 'string',
          example: 'event: progress\ndata: {"id":"sna_3Kd81mQx0T","state":"active"}\n\n',
        },
      },
    },
  })
  @ApiProblems(SnapshotNotFoundError)
  async stream(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Res() response: Response,
  ): Promise<void> {
    await this.events.stream(userId, id, response);
  }
}
