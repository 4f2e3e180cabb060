import type { Api } from './service.js';
import { until } from './process-tree.js';

/** A snapshot's state, as far as tests look at it. */
export interface SnapshotState {
  id: string;
  state: string;
  tables: { tableId: string; state: string; records: number }[];
}

/** Waits until the newest download of a snapshot has ended; gives the snapshot. */
export async function downloaded(user: Api, id: string): Promise<SnapshotState> {
  let snapshot: SnapshotState | undefined;
  await until(async () => {
    const { body } = await user.get(`/snapshots/${id}`);
    snapshot = body as SnapshotState;
    return !['pending', 'active'].includes(snapshot.state);
  }, 20_000);
  return snapshot as SnapshotState;
}

/** Makes a connector and a snapshot of it, and waits for its download; gives the snapshot's id. */
export async function takeSnapshot(user: Api, connector: object): Promise<string> {
  const { body } = await user.post('/custom-connectors', connector);
  const { id: connectorId } = body as { id: string };
  const made = await user.post('/snapshots', { connectorId });
  return (await downloaded(user, (made.body as SnapshotState).id)).id;
}

/** Downloads a snapshot again, and waits for the end of it. */
export async function downloadAgain(user: Api, id: string): Promise<SnapshotState> {
  await user.post(`/snapshots/${id}/download`);
  return downloaded(user, id);
}
