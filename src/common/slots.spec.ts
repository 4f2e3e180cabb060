import { Slots } from './slots.js';

const { signal } = new AbortController();

describe('Slots', () => {
  it('lets the next in line through when a slot is given back', async () => {
    const slots = new Slots(1);
    const order: string[] = [];
    const release = await slots.take(signal);
    const second = slots.take(signal).then((give) => {
      order.push('second');
      give();
    });
    const third = slots.take(signal).then(() => order.push('third'));
    order.push('first');
    release();
    await Promise.all([second, third]);
    expect(order).toEqual(['first', 'second', 'third']);
  });

  it('forgets who gives up waiting', async () => {
    const slots = new Slots(1);
    const release = await slots.take(signal);
    const impatient = new AbortController();
    const waiting = slots.take(impatient.signal);
    impatient.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(slots.take(impatient.signal)).rejects.toThrow('enough');
    release();
    await expect(slots.take(signal)).resolves.toBeInstanceOf(Function);
  });
});
