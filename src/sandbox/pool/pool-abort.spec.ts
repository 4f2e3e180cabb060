import { SandboxPool } from './pool.js';
import { callJob } from './pool-fixture.js';
import type { CallOutcome, RunFetch } from '../sandbox.types.js';

const pool = new SandboxPool({ min: 1, max: 2 });

beforeAll(() => pool.start(), 30_000);
afterAll(() => pool.close());

const run = (body: string, fetch: RunFetch, signal?: AbortSignal): Promise<CallOutcome> =>
  pool.call(callJob(`async function f() { ${body} }`, { fetch, ...(signal ? { signal } : {}) }));

/** Answers to nothing, and tells when it is given up. */
function hanging(): { fetch: RunFetch; aborted: () => number } {
  let aborted = 0;
  const fetch: RunFetch = (_request, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        aborted += 1;
        reject(new Error('aborted'));
      });
    });
  return { fetch, aborted: () => aborted };
}

describe('a fetch', () => {
  it('is given up where the code aborts it', async () => {
    const { fetch, aborted } = hanging();
    const outcome = await run(
      `const c = new AbortController(); setTimeout(() => c.abort(), 10);
       const names = [];
       for (const signal of [c.signal, AbortSignal.timeout(20), AbortSignal.abort()]) {
         try { await fetch('https://a.example', { signal }) } catch (error) { names.push(error.name) }
       }
       return names;`,
      fetch,
    );
    expect(outcome).toMatchObject({ value: ['AbortError', 'TimeoutError', 'AbortError'] });
    expect(aborted()).toBe(2);
  });

  it('is given up at the end of the run', async () => {
    const { fetch, aborted } = hanging();
    // Asked for and over in one go, it would not be made at all.
    const code = "fetch('https://a.example'); await sleep(50); return 1";
    expect(await run(code, fetch)).toMatchObject({ value: 1 });
    expect(aborted()).toBe(1);
  });

  it('is given up where the run is cancelled', async () => {
    const { fetch, aborted } = hanging();
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, 100);
    const outcome = await run("await fetch('https://a.example')", fetch, controller.signal);
    expect(outcome).toMatchObject({ kind: 'cancelled' });
    expect(aborted()).toBe(1);
  });
});
