import { startTestService } from './support/service.js';

describe('the service itself as a remote', () => {
  it('is refused, also where EGRESS_ALLOW names it', async () => {
    const own = await startTestService({ EGRESS_ALLOW: '127.0.0.0/8' });
    try {
      const owner = await own.newUser();
      const made = await owner.post('/custom-connectors', {
        name: 'x',
        listTables: `async function listTables() { await fetch('${own.url}/health/live'); return []; }`,
      });
      const { id } = made.body as { id: string };
      const { body } = await owner.get(`/custom-connectors/${id}/tables`);
      expect(body).toMatchObject({ code: 'connector.run_failed', reason: 'remote.refused' });
    } finally {
      await own.stop();
    }
  });
});
