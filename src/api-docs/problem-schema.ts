/** The schema of a problem document, as the API docs name it. */
export const PROBLEM_SCHEMA = {
  type: 'object' as const,
  description: 'A problem document (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string' as const, description: 'Where the kind of problem is described.' },
    title: { type: 'string' as const, description: 'What kind of problem it is.' },
    status: { type: 'integer' as const, minimum: 400, maximum: 599, description: 'The status.' },
    detail: { type: 'string' as const, description: 'What happened this time.' },
    instance: { type: 'string' as const, description: 'This one occurrence, as a URN.' },
    code: { type: 'string' as const, description: 'A name that stays the same, for programs.' },
    requestId: {
      type: 'string' as const,
      format: 'uuid',
      description: 'The id of the request, also in X-Request-Id and in the log.',
    },
    errors: {
      type: 'array' as const,
      description: 'Every fault of a bad input.',
      items: {
        type: 'object' as const,
        required: ['detail'],
        additionalProperties: false,
        properties: {
          pointer: {
            type: 'string' as const,
            description: 'Where in the body, as a JSON Pointer (RFC 6901).',
          },
          parameter: { type: 'string' as const, description: 'Which query parameter.' },
          header: { type: 'string' as const, description: 'Which header of the request.' },
          detail: { type: 'string' as const, description: 'What is wrong there.' },
          line: { type: 'integer' as const, description: 'The line in a source, from 1.' },
          column: { type: 'integer' as const, description: 'The column in a source, from 1.' },
        },
      },
    },
  },
};
