import { LeaseLostError } from './write.errors.js';
import { WriteLease } from './write-lease.js';
import { writeRequest } from './write-request.js';
import type { StoredResult, WriteStore } from './write-store.js';

const route = { userId: 'usr_1', method: 'POST', connectorId: 'cuc_1', wsId: 't' };
const request = writeRequest(route, 'key', [{ fields: {} }]);

type Stores = Pick<WriteStore, 'renew' | 'store' | 'settle'>;

/** A lease on a store that does as it is told. */
function leaseOn(stores: Partial<Stores>): WriteLease {
  const yes = () => Promise.resolve(true);
  return new WriteLease(
    { renew: yes, store: yes, settle: yes, ...stores } as WriteStore,
    request,
    'l',
  );
}

describe('a lease', () => {
  it('keeps what comes while it stores as one batch, and tells of each when it is stored', async () => {
    const batches: number[][] = [];
    const waiting: (() => void)[] = [];
    const lease = leaseOn({
      store: (_request, _id, results: readonly StoredResult[]) => {
        batches.push(results.map(({ index }) => index));
        return new Promise((resolve) => {
          waiting.push(() => {
            resolve(true);
          });
        });
      },
    });
    const first = lease.keep(0, 'a');
    let stored = 0;
    const others = [1, 2, 3].map((index) => lease.keep(index, 'b').then(() => (stored += 1)));
    waiting.shift()?.();
    await first;
    expect(stored).toBe(0);
    waiting.shift()?.();
    await Promise.all(others);
    expect(batches).toEqual([[0], [1, 2, 3]]);
    lease.stop();
  });

  it('tries again where the database fails, and is not mistaken about a result', async () => {
    let tries = 0;
    const lease = leaseOn({
      store: () => {
        tries += 1;
        return tries < 3 ? Promise.reject(new Error('no connection')) : Promise.resolve(true);
      },
    });
    await lease.keep(0, 'a');
    expect(tries).toBe(3);
    lease.stop();
  });

  it('says where it is lost', async () => {
    const no = () => Promise.resolve(false);
    const lease = leaseOn({ store: no, settle: no });
    await expect(lease.keep(0, 'a')).rejects.toBeInstanceOf(LeaseLostError);
    await expect(lease.settle()).rejects.toBeInstanceOf(LeaseLostError);
    lease.stop();
  });
});

describe('a write', () => {
  it('is the same for the same records and another for others', () => {
    const bodyHash = (records: unknown[]) =>
      Buffer.from(writeRequest(route, 'key', records).bodyHash).toString('hex');
    expect(bodyHash([{ fields: { a: 1 } }])).toBe(bodyHash([{ fields: { a: 1.0 } }]));
    const others = [[{ fields: { a: 2 } }], [{ fields: {} }, { fields: {} }], ['a', 'b'], ['a\nb']];
    expect(new Set(others.map(bodyHash)).size).toBe(4);
  });

  it('has names that no other route or key has', () => {
    const routes = [
      ...[route, { ...route, method: 'PATCH' }, { ...route, wsId: 'u' }],
      ...[
        { ...route, connectorId: 'cuc_2' },
        { ...route, connectorId: 'cuc_1t', wsId: '' },
      ],
    ];
    const names = routes.map((one) =>
      Buffer.from(writeRequest(one, 'k', []).keyHash).toString('hex'),
    );
    expect(new Set([...names, Buffer.from(request.keyHash).toString('hex')]).size).toBe(6);
    const keys = [0, 1, 11].map((index) => request.idempotencyKey(index));
    const other = writeRequest({ ...route, userId: 'usr_2' }, 'key', []).idempotencyKey(0);
    expect(new Set([...keys, other]).size).toBe(4);
    expect(keys.every((key) => /^[0-9a-f]{64}$/.test(key))).toBe(true);
  });
});
