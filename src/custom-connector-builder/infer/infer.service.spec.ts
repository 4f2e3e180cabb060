import { LoopMeter } from '../../sandbox/pool/loop-meter.fixture.js';
import { InferService } from './infer.service.js';
import { NoRecordsError } from './infer.errors.js';

const RECORDS = 100_000;

function records(count: number): object[] {
  return Array.from({ length: count }, (_, at) => ({
    id: at,
    name: `Name of ${at}`,
    price: `${at % 100}.50`,
    created_at: '2026-01-31T10:00:00Z',
    tags: ['a', 'b'],
    owner: { id: at % 7, login: 'x' },
    last: at === count - 1 ? 'text' : 7,
  }));
}

describe('InferService', () => {
  it.each([
    ['a list', { data: records(RECORDS) }],
    ['members', Object.fromEntries(records(RECORDS).map((record, at) => [`usr_${at}`, record]))],
    ['small ones', Array.from({ length: 1_000_000 }, () => ({}))],
    ['rows', Array.from({ length: RECORDS }, (_, at) => [at, 'x', '2026-01-01'])],
    ['different ones', records(20_000).map((record, at) => ({ ...record, [`a${at}`]: 'x' }))],
    [
      'ones without an id',
      Array.from({ length: RECORDS }, (_, at) => ({ a: at % 3, b: 'x', c: 'y' })),
    ],
  ])('does not hold up the event loop over %s', async (_, sample) => {
    const service = new InferService();
    // What is held up each time is the work's own doing; once may be the collection of garbage.
    const held: number[] = [];
    for (let tries = 0; tries < 3 && !held.some((ms) => ms < 100); tries++) {
      const meter = new LoopMeter();
      await service.infer('usr_1', sample);
      held.push(meter.stop());
    }
    expect(Math.min(...held)).toBeLessThan(100);
  });

  it('looks at every record', async () => {
    const { mapping } = await new InferService().infer('usr_1', records(RECORDS));
    expect(mapping.fields.find(({ name }) => name === 'last')?.type).toBe('text');
  });

  it('lets others go on beside a large sample, and one user’s samples wait for each other', async () => {
    const service = new InferService();
    const done: string[] = [];
    const large = { data: records(RECORDS) };
    await Promise.all([
      service.infer('usr_1', large).then(() => done.push('large')),
      service.infer('usr_1', records(10)).then(() => done.push('next')),
      service.infer('usr_2', records(10)).then(() => done.push('other')),
    ]);
    expect(done).toEqual(['other', 'large', 'next']);
  });

  it('goes on after a sample without records', async () => {
    const service = new InferService();
    await expect(service.infer('usr_1', {})).rejects.toThrow(NoRecordsError);
    await expect(service.infer('usr_1', records(1))).resolves.toMatchObject({
      mapping: { idPath: 'id' },
    });
  });
});
