import { Engine, type HostFunctions } from './engine.js';
import { blankMemory } from './engine-memory.js';
import { statelessHost } from './stateless-host.js';

const LIMIT = 32 * 1024 * 1024;

/** Runs a script in an engine, with `log` as its way out; gives what it logged. */
function run(engine: Engine, script: string): string[] {
  const logged: string[] = [];
  const log = (_level: unknown, quoted: unknown): undefined => {
    logged.push(JSON.parse(String(quoted)) as string);
  };
  // Of the rest, a script that only computes and logs calls none.
  const host = { ...statelessHost, log } as HostFunctions;
  engine.attach(host, () => false);
  const fault = engine.evaluate(script, 'connector.js');
  if (fault) throw new Error(fault.message);
  while (engine.pump());
  return logged;
}

function bytesOf(engine: Engine): Buffer {
  return Buffer.from(engine.giveUp().memory.buffer);
}

describe('an engine', () => {
  it('begins in the memory of another as in a new one', async () => {
    const first = await Engine.create(LIMIT);
    const script = `globalThis.left = 'a secret'.repeat(10_000); Array.prototype.push = null;
      console.log(typeof left)`;
    expect(run(first, script)).toEqual(['string']);
    const used = first.giveUp();
    expect(Buffer.from(used.memory.buffer).includes('a secreta secret')).toBe(true);
    const second = await Engine.create(LIMIT, used);
    expect(run(second, 'console.log(typeof left, typeof [].push)')).toEqual(['undefined function']);
    const third = await Engine.create(LIMIT, second.giveUp());
    const fresh = await Engine.create(LIMIT);
    const [taken, made] = [third.giveUp(), fresh.giveUp()];
    expect(taken.memory).toBe(used.memory);
    expect(made.memory).not.toBe(used.memory);
    expect(Buffer.from(taken.memory.buffer).equals(Buffer.from(made.memory.buffer))).toBe(true);
  });

  it('takes no memory that has grown, was mostly used, or has another limit', async () => {
    const grown = await Engine.create(LIMIT);
    run(grown, `globalThis.kept = new Uint8Array(12 * 1024 * 1024).fill(1)`);
    const full = await Engine.create(LIMIT);
    run(full, `globalThis.kept = new Uint8Array(6 * 1024 * 1024).fill(1)`);
    for (const engine of [grown, full]) {
      const { memory } = engine.giveUp();
      const next = blankMemory(LIMIT, { limitBytes: LIMIT, memory });
      expect(next.memory).not.toBe(memory);
      expect(Buffer.from(next.memory.buffer).some((byte) => byte !== 0)).toBe(false);
    }
    const small = blankMemory(LIMIT);
    expect(blankMemory(LIMIT, small)).toBe(small);
    expect(blankMemory(2 * LIMIT, small)).not.toBe(small);
  });

  it('is of no use once it has given its memory up', async () => {
    const engine = await Engine.create(LIMIT);
    run(engine, '1');
    const before = Buffer.from(bytesOf(engine));
    const tries = [
      () => engine.evaluate('1', 'connector.js'),
      () => engine.start('f', '[]', false),
      () => {
        engine.call('provide', '"text"');
      },
      () => engine.pump(),
      () => {
        engine.attach(statelessHost as HostFunctions, () => false);
      },
    ];
    for (const trial of tries) expect(trial).toThrow('The engine is over.');
    expect(bytesOf(engine).equals(before)).toBe(true);
  });

  it('has random numbers of its own', async () => {
    const script = `const all = Array.from({ length: 2_000 }, Math.random);
      console.log(all.slice(0, 3).join(), all.every((n) => n >= 0 && n < 1));
      console.log(all.reduce((sum, n) => sum + n, 0) / all.length);
      console.log(new Set(all).size, Math.random.name, Math.random.length, Object.keys(Math).length);`;
    const [one = [], other = []] = await Promise.all(
      [1, 2].map(async () => run(await Engine.create(LIMIT), script)),
    );
    expect(one[0]).toMatch(/^0\.\d+,0\.\d+,0\.\d+ true$/);
    expect(one[0]).not.toBe(other[0]);
    // Twelve standard deviations of the mean.
    expect(Math.abs(Number(one[1]) - 0.5)).toBeLessThan(0.08);
    expect(one[2]).toBe('2000 random 0 0');
  });
});
