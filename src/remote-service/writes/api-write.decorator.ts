import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiProblems } from '../../common/api-problems.decorator.js';
import { ConnectorNotFoundError } from '../../custom-connector/custom-connector.errors.js';
import type { FunctionName } from '../../custom-connector/custom-connector.types.js';
import { FunctionMissingError, TableNotFoundError } from '../run.errors.js';
import { WriteResultsDto } from './records.dto.js';
import { IdempotencyKeyReusedError, WriteInProgressError } from './write.errors.js';

/** Of the body of a write. */
export const WRITE_LIMIT_MIB = 25;

/** Describes a write in the API docs. */
export function ApiWrite(summary: string, functionName: FunctionName): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary,
      description:
        `Runs \`${functionName}\` once for each, a few at a time; one failure stops no other. The ` +
        'answer has a result for each, in the order sent; an `error` is the problem that the call ' +
        'alone would have been answered with. A client that goes away stops the write before its ' +
        'next record, unless it gave an `Idempotency-Key`.',
    }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Does the write once: the same body with the same key, within 24 hours, is answered as the ' +
        'first time, another body with 422, and while the first still runs 409. Where the service ' +
        'was ended in the middle, records without a result are `unknown` then, and are not tried ' +
        'again. White space in the body does not count, the order of its members does.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
    }),
    ApiOkResponse({ type: WriteResultsDto, description: 'What came of each.' }),
    ApiProblems(
      ...[ConnectorNotFoundError, TableNotFoundError, FunctionMissingError],
      ...[IdempotencyKeyReusedError, WriteInProgressError],
    ),
  );
}
