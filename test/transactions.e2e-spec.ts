import { DatabaseBusyError } from '../src/db/db.errors.js';
import { DbService } from '../src/db/db.service.js';
import { createDatabase } from './support/database.js';
import { startTestService } from './support/service.js';

describe('changes at once', () => {
  it('to one connector all get their turn', async () => {
    const service = await startTestService();
    try {
      const user = await service.newUser();
      const { body } = await user.post('/custom-connectors', { name: 'x' });
      const path = `/custom-connectors/${(body as { id: string }).id}`;
      const listTables = `function listTables() {} // ${'x'.repeat(200_000)}`;
      const puts = await Promise.all(
        Array.from({ length: 150 }, (_, i) => user.put(path, { name: `n${i}`, listTables })),
      );
      expect(puts.filter(({ status }) => status !== 200)).toEqual([]);
      expect((await user.get(path)).body).toMatchObject({ version: 151 });
    } finally {
      await service.stop();
    }
  }, 60_000);

  it('that get no turn in time are told so, and change nothing', async () => {
    const db = new DbService({ connectionString: await createDatabase(), max: 1 });
    try {
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      const first = db.transaction(async (tx) => {
        await tx.user.create({ data: { id: 'usr_first00000' } });
        await released;
      });
      const second = db.transaction(
        (tx) => tx.user.create({ data: { id: 'usr_second0000' } }),
        200,
      );
      await expect(second).rejects.toBeInstanceOf(DatabaseBusyError);
      release();
      await first;
      expect((await db.user.findMany()).map(({ id }) => id)).toEqual(['usr_first00000']);
    } finally {
      await db.close();
    }
    // One that is left open keeps a process alive for the ten seconds that an idle one is kept.
    expect([db.pool.ended, db.pool.totalCount]).toEqual([true, 0]);
  });
});
