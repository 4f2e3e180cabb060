import { setTimeout as sleep } from 'node:timers/promises';
import { startTestService, type Api, type TestService } from './support/service.js';
import { tableConnector, TableRemote } from './support/table-remote.js';

interface Snapshot {
  id: string;
  state: string;
  tables: { tableId: string; state: string; records: number }[];
}

describe('snapshots', () => {
  let remote: TableRemote;
  let service: TestService;
  let user: Api;

  beforeAll(async () => {
    remote = await TableRemote.open();
    service = await startTestService({ EGRESS_ALLOW: '127.0.0.1' });
    user = await service.newUser();
  });
  afterAll(async () => {
    await service.stop();
    await remote.close();
  });

  async function settled(id: string): Promise<Snapshot> {
    for (const end = Date.now() + 20_000; Date.now() < end;) {
      await sleep(100);
      const { body } = await user.get(`/snapshots/${id}`);
      const snapshot = body as Snapshot;
      if (!['pending', 'active'].includes(snapshot.state)) return snapshot;
    }
    throw new Error('The download did not end.');
  }

  it('copies the tables of a connector', async () => {
    remote.fill(
      'items',
      Array.from({ length: 250 }, (_, n) => ({ id: String(n), title: `Item ${n}`, price: n / 4 })),
    );
    remote.fill('none', []);
    const connector = await user.post(
      '/custom-connectors',
      tableConnector(remote.url, ['items', 'none']),
    );
    const { id: connectorId } = connector.body as { id: string };
    const made = await user.post('/snapshots', { connectorId });
    expect(made.status).toBe(202);
    const snapshot = await settled((made.body as Snapshot).id);
    expect(snapshot).toMatchObject({
      state: 'completed',
      tables: [
        { tableId: 'items', state: 'completed', records: 250 },
        { tableId: 'none', state: 'completed', records: 0 },
      ],
    });
  });
});
