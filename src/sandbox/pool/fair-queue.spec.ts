import { FairQueue } from './fair-queue.js';

const open = (share = 2, maxQueued = 3, maxQueuedAll = 100): FairQueue<string> =>
  new FairQueue({ share, maxQueued, maxQueuedAll });

function all(queue: FairQueue<string>): string[] {
  const items: string[] = [];
  for (let item = queue.next(); item !== undefined; item = queue.next()) items.push(item);
  return items;
}

describe('a fair queue', () => {
  it('serves who has the fewest under way, and who was served longest ago', () => {
    const queue = open(10);
    for (const item of ['a1', 'a2', 'a3', 'a4']) queue.add('a', item);
    queue.add('b', 'b1');
    queue.add('c', 'c1');
    queue.add('b', 'b2');
    expect(all(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('lets one owner have no more than a share, and the next one once that is over', () => {
    const queue = open(2);
    for (const item of ['a1', 'a2', 'a3', 'a4']) queue.add('a', item);
    queue.add('b', 'b1');
    expect(queue.ready).toBe(3);
    expect(all(queue)).toEqual(['a1', 'b1', 'a2']);
    expect(queue.ready).toBe(0);
    queue.ended('b');
    expect(queue.next()).toBeUndefined();
    queue.ended('a');
    expect(all(queue)).toEqual(['a3']);
  });

  it('puts a single run before the hundred of another', () => {
    const queue = open(1, 200, 200);
    for (let i = 0; i < 100; i++) queue.add('a', `a${i}`);
    expect(queue.next()).toBe('a0');
    queue.add('b', 'b0');
    queue.ended('a');
    expect(queue.next()).toBe('b0');
  });

  it('admits so many of one owner, and so many in all', () => {
    const queue = open(1, 2, 4);
    expect(queue.admits('a')).toBe(true);
    for (const item of ['a1', 'a2', 'a3']) queue.add('a', item);
    expect([queue.admits('a'), queue.admits('b')]).toEqual([false, true]);
    queue.add('b', 'b1');
    expect(queue.admits('c')).toBe(false);
    queue.next();
    expect([queue.admits('a'), queue.admits('c')]).toEqual([false, true]);
    queue.ended('a');
    expect(queue.admits('a')).toBe(true);
  });

  it('forgets those who leave and those who are gone', () => {
    const queue = open();
    queue.add('a', 'a1');
    queue.add('a', 'a2');
    queue.remove('a', 'a1');
    queue.remove('b', 'a1');
    expect(queue.next()).toBe('a2');
    queue.add('b', 'b1');
    expect(queue.clear()).toEqual(['b1']);
    expect([queue.next(), queue.ready]).toEqual([undefined, 0]);
  });
});
