/** The id of a table in a path, as the API docs show it. */
export const TABLE_PARAM = {
  name: 'wsId',
  description:
    'The id of the table: its parts joined by `:`, with `%` and `:` inside a part written as `%25` ' +
    'and `%3A`; the whole percent-encoded once more.',
  example: 'products',
};
