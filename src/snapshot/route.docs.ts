/** The parameters of the snapshots' routes, as the API docs show them. */
export const SNAPSHOT_PARAM = {
  name: 'id',
  description: 'The id of the snapshot.',
  example: 'sna_3Kd81mQx0T',
};
