import { EventEmitter, once } from 'node:events';
import type { CallJob, ResultShape } from '../sandbox.types.js';
import { SandboxPool } from './pool.js';
import { callJob, jsonResponse, WIDE } from './pool-fixture.js';

const pool = new SandboxPool({ min: 1, max: 1 });

beforeAll(() => pool.start(), 30_000);
afterAll(() => pool.close());

function call(result: ResultShape, body: string, more: Partial<CallJob> = {}) {
  return pool.call(callJob(`async function f() { ${body} }`, { result, ...more }));
}

/** With a remote that says this. */
function passing(result: ResultShape, json: string) {
  const response = { ...jsonResponse('https://a.example/', null), body: Buffer.from(json) };
  const fetch = () => Promise.resolve(response);
  return call(result, "return (await fetch('https://a.example')).json();", { fetch });
}

const record: ResultShape = { kind: 'record', requestedId: 'r' };
const mapped: ResultShape = {
  ...record,
  mapping: {
    recordArrayPath: 'unused',
    idPath: ['@key', 'id'],
    fields: [{ path: 'n', type: 'jsonb', name: 'N' }],
  },
};
const createdId: ResultShape = { kind: 'createdId' };
const ignored: ResultShape = { kind: 'ignored' };

describe('a record', () => {
  it('comes as text, with all digits of what the code passed on', async () => {
    const json = '{"id":"x","fields":{"n":12345678901234567890}}';
    expect(await passing(record, json)).toMatchObject({ kind: 'ok', value: json });
    expect(await passing(mapped, '{"id":9007199254740993,"n":1.10}')).toMatchObject({
      value: '{"id":"r:9007199254740993","fields":{"N":1.1}}',
    });
  });

  it('is mapped where the code made it too, or is null', async () => {
    expect(await call(mapped, 'return { id: 1, n: [2] };')).toMatchObject({
      value: '{"id":"r:1","fields":{"N":[2]}}',
    });
    for (const shape of [record, mapped]) {
      expect(await call(shape, 'return null;')).toMatchObject({ kind: 'ok', value: null });
    }
  });

  it('has at most as many bytes as a result may have, once it is mapped', async () => {
    const fields = Array.from({ length: 40 }, (_, index) => ({
      ...{ path: 'n', type: 'text' as const, name: `N${index}` },
    }));
    const wide: ResultShape = { ...mapped, mapping: { recordArrayPath: '', fields } };
    const limits = { ...WIDE, resultBytes: 10_000 };
    expect(await call(wide, "return { id: 1, n: 'x'.repeat(1000) };", { limits })).toMatchObject({
      ...{ kind: 'limit', code: 'run.result' },
    });
  });
});

describe('the id of what was made', () => {
  it.each([
    ['{"id":9007199254740993,"a":1}', '9007199254740993'],
    ['{"id":"x"}', 'x'],
  ])('is read from %s', async (json, id) => {
    expect(await passing(createdId, json)).toMatchObject({ kind: 'ok', value: id });
  });

  it.each([
    ['[1]', ''],
    ['{}', ''],
    ['{"id":null}', '/id'],
    ['{"id":""}', '/id'],
  ])('is not to be found in %s', async (json, pointer) => {
    expect(await passing(createdId, json)).toMatchObject({ kind: 'type', pointer });
  });
});

describe('what is ignored', () => {
  it.each([
    ['a function', 'return () => 1;'],
    ['a circle', 'const a = {}; a.a = a; return a;'],
    ['more than a result may be', "return 'x'.repeat(100000);"],
    ['nothing', ''],
  ])('may be %s', async (_what, body) => {
    const limits = { ...WIDE, resultBytes: 10_000 };
    expect(await call(ignored, body, { limits })).toMatchObject({ kind: 'ok', value: null });
  });

  it('does not hide what was thrown', async () => {
    expect(await call(ignored, "throw new Error('no');")).toMatchObject({ kind: 'thrown' });
  });
});

describe('a text', () => {
  const text = (as?: Exclude<ResultShape, { kind: 'text' }>): ResultShape => ({
    kind: 'text',
    ...(as ? { as } : {}),
  });

  it('is the value as it is, with all digits of what the code passed on', async () => {
    const json = '{"id":9007199254740993,"n":[1.5,null]}';
    for (const shape of [text(), text(createdId), text(ignored)]) {
      expect(await passing(shape, json)).toMatchObject({ kind: 'ok', value: json });
    }
    expect(await passing(text(mapped), json)).toMatchObject({ value: json });
    expect(await call(text(), 'return { a: [1] };')).toMatchObject({ value: '{"a":[1]}' });
    expect(await call(text(), '')).toMatchObject({ kind: 'ok', value: 'null' });
  });

  it('comes only of what could become the shape', async () => {
    expect(await call(text(createdId), 'return { name: 1 };')).toMatchObject({ kind: 'type' });
    expect(await call(text(record), 'return { id: 1 };')).toMatchObject({ kind: 'type' });
    expect(await call(text(), 'return () => 1;')).toMatchObject({ kind: 'type' });
    expect(await call(text(ignored), 'return () => 1;')).toMatchObject({ value: 'null' });
  });
});

describe('a run that waits', () => {
  it('ends where its wait is given up, and goes on once it has begun', async () => {
    const gone = new AbortController();
    const waitSignal = gone.signal;
    const asked = new EventEmitter<{ request: [answer: () => void] }>();
    const begun = once(asked, 'request') as Promise<[answer: () => void]>;
    const fetch = () =>
      new Promise<ReturnType<typeof jsonResponse>>((resolve) => {
        asked.emit('request', () => {
          resolve(jsonResponse('https://a.example/', 'done'));
        });
      });
    const running = call(ignored, "await fetch('https://a.example');", { fetch, waitSignal });
    const [answer] = await begun;
    const waiting = call(ignored, '', { waitSignal });
    gone.abort();
    expect(await waiting).toMatchObject({ kind: 'cancelled' });
    answer();
    expect(await running).toMatchObject({ kind: 'ok' });
  });
});
