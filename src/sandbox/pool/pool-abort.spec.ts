import { SandboxPool } from './pool.js';
import { callJob, jsonResponse, noFetch } from './pool-fixture.js';
import type { CallOutcome, RunFetch } from '../sandbox.types.js';

const pool = new SandboxPool({ min: 1, max: 2 });

beforeAll(() => pool.start(), 30_000);
afterAll(() => pool.close());

const run = (body: string, fetch: RunFetch, signal?: AbortSignal): Promise<CallOutcome> =>
  pool.call(callJob(`async function f() { ${body} }`, { fetch, ...(signal ? { signal } : {}) }));

/** Answers to nothing but `/begun`, once another request was made; tells how many were given up. */
function hanging(): { fetch: RunFetch; aborted: () => number; begun: Promise<void> } {
  let aborted = 0;
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const fetch: RunFetch = (request, signal) => {
    if (request.url.endsWith('/begun')) return begun.then(() => jsonResponse(request.url, {}));
    begin();
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        aborted += 1;
        reject(new Error('aborted'));
      });
    });
  };
  return { fetch, aborted: () => aborted, begun };
}

// Asked for and given up in one go, a request would not be made at all.
const untilBegun = "await fetch('https://a.example/begun');";

describe('a fetch', () => {
  it('is given up where the code aborts it', async () => {
    const { fetch, aborted } = hanging();
    const outcome = await run(
      `const controller = new AbortController();
       const hung = fetch('https://a.example', { signal: controller.signal });
       ${untilBegun}
       controller.abort();
       return hung.catch((error) => error.name)`,
      fetch,
    );
    expect(outcome).toMatchObject({ value: 'AbortError' });
    expect(aborted()).toBe(1);
  });

  it('is given up where its time is over', async () => {
    const { fetch } = hanging();
    const code =
      "return fetch('https://a.example', { signal: AbortSignal.timeout(20) }).catch((e) => e.name)";
    expect(await run(code, fetch)).toMatchObject({ value: 'TimeoutError' });
  });

  it('is not made where it was given up before', async () => {
    const code =
      "return fetch('https://a.example', { signal: AbortSignal.abort() }).catch((e) => e.name)";
    expect(await run(code, noFetch)).toMatchObject({ value: 'AbortError' });
  });

  it('is given up at the end of the run', async () => {
    const { fetch, aborted } = hanging();
    const code = `fetch('https://a.example'); ${untilBegun} return 1`;
    expect(await run(code, fetch)).toMatchObject({ value: 1 });
    expect(aborted()).toBe(1);
  });

  it('is given up where the run is cancelled', async () => {
    const { fetch, aborted, begun } = hanging();
    const controller = new AbortController();
    void begun.then(() => {
      controller.abort();
    });
    const outcome = await run("await fetch('https://a.example')", fetch, controller.signal);
    expect(outcome).toMatchObject({ kind: 'cancelled' });
    expect(aborted()).toBe(1);
  });
});
