import { monitorEventLoopDelay } from 'node:perf_hooks';
import { checkSources, originsIn } from './read-sources.js';

/** Takes the parser minutes: it looks each name up in a list of all before it. */
const SLOW = `let ${Array.from({ length: 26_000 }, (_, n) => `a${n.toString(36)}`).join(',')};`;
const VERY_SLOW = `let ${Array.from({ length: 120_000 }, (_, n) => `a${n.toString(36)}`).join(',')};`;

describe('checkSources', () => {
  it('gives the faults of each', async () => {
    const sources = { f: 'function f() {}', g: 'function f() {}', h: 'let a = ;' };
    const { f, g, h } = await checkSources(sources);
    expect(f).toEqual([]);
    expect(g).toMatchObject([{ detail: expect.stringContaining('named g') as string, line: 1 }]);
    expect(h).toMatchObject([{ line: 1, column: 9 }]);
    expect(await checkSources({})).toEqual({});
  });

  it('gives up on a source that takes too long, and holds nobody up meanwhile', async () => {
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const slow = checkSources({ f: VERY_SLOW, g: 'function g() {}' });
    const others = Array.from({ length: 20 }, () => checkSources({ g: 'function g() {}' }));
    for (const { g } of await Promise.all(others)) expect(g).toEqual([]);
    const { f, g } = await slow;
    delay.disable();
    expect(f).toMatchObject([{ detail: 'It takes too long to parse.' }]);
    expect(g).toHaveLength(1);
    expect(delay.percentile(99) / 1e6).toBeLessThan(100);
    expect(await checkSources({ g: 'function g() {}' })).toEqual({ g: [] });
  }, 20_000);

  it('takes one that nests deeper than any stack', async () => {
    const { f } = await checkSources({ f: '('.repeat(250_000) });
    expect(f).toMatchObject([{ detail: 'It is nested too deeply.' }]);
  });
});

describe('originsIn', () => {
  it('gives those of all sources, once each', async () => {
    const sources = [
      "f('https://a.example/x')",
      "f('https://a.example', `http://b.example:8080/`)",
    ];
    const { origins, complete } = await originsIn(sources);
    expect(origins.sort()).toEqual(['http://b.example:8080', 'https://a.example']);
    expect(complete).toBe(true);
    expect(await originsIn([])).toEqual({ origins: [], complete: true });
  });

  it('says where there was no time to look at all', async () => {
    expect(await originsIn([VERY_SLOW + SLOW])).toEqual({ origins: [], complete: false });
  }, 20_000);
});
