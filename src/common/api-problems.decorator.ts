import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { ProblemType } from './problem.js';

/** A class of failures that names its kind. */
export interface ProblemClass {
  readonly type: ProblemType;
}

/** Describes in the API docs which failures a route can answer with, beside those of every route. */
export function ApiProblems(...problems: ProblemClass[]): MethodDecorator {
  const types = problems.map(({ type }) => type);
  const statuses = new Set(types.map(({ status }) => status));
  return applyDecorators(
    ...[...statuses].map((status) =>
      ApiResponse({ status, ...problemResponse(types.filter((type) => type.status === status)) }),
    ),
  );
}

/** The description of an answer that is one of these problems. */
export function problemResponse(types: ProblemType[]) {
  return {
    description: types.map(({ code, title }) => `\`${code}\`: ${title}.`).join(' '),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            {
              type: 'object',
              properties: { code: { type: 'string', enum: types.map(({ code }) => code) } },
            },
          ],
        },
      },
    },
  };
}
