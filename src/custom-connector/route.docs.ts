/** The parameters and headers of the connectors' routes, as the API docs show them. */

export const ID_PARAM = {
  name: 'id',
  description: 'The id of the connector.',
  example: 'cuc_7bR2mXq9Lz',
};
export const VERSION_PARAM = {
  name: 'version',
  description: 'The number of the version.',
  schema: { type: 'string' as const },
  example: '1',
};
export const IF_MATCH = {
  name: 'If-Match',
  required: false,
  description: 'The ETag of the version that is to be changed; with any other: 412.',
};
export const IF_NONE_MATCH = {
  name: 'If-None-Match',
  required: false,
  description: 'The ETag of the version that is known already: 304 where it is the present one.',
};
export const ETAG_HEADER = {
  ETag: {
    description: 'The version, as a strong entity tag.',
    schema: { type: 'string' as const },
    example: '"1"',
  },
};
