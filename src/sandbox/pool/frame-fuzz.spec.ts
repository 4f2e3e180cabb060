import fc from 'fast-check';

import { BATCH_WINDOW } from '../child-messages.js';
import { ChildRun } from './child-run.js';
import { encodeFrame, FrameDecoder, MAX_HEADER_BYTES } from '../protocol.js';
import { callJob, readJob, WIDE } from './pool-fixture.js';
import { readChildMessage } from './read-child-message.js';
import { ProtocolError } from '../sandbox.errors.js';

const MAX_PAYLOAD_BYTES = 4_096;
const RUNS = 10_000;

const natural = fc.nat(5);
const counts = { records: 1, pages: 1, duplicates: 0, rejected: 0, invalid: 0 };
const done = (outcome: object, more: object = {}): object => ({
  type: 'done',
  outcome,
  logDropped: 0,
  cpuMs: 1,
  ...more,
});

/** Messages as an honest process sends them, in any order. */
const honest: fc.Arbitrary<object> = fc.oneof(
  fc.constantFrom<object>({ type: 'ready' }, { type: 'pong' }),
  fc.record({
    type: fc.constant('fetch'),
    id: natural,
    method: fc.constantFrom('GET', 'POST', '\0'),
    url: fc.webUrl(),
    headers: fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 3 }),
    redirect: fc.constantFrom('follow', 'manual', 'error'),
    hasBody: fc.boolean(),
  }),
  fc.record({ type: fc.constant('abort'), id: natural }),
  fc.record({
    type: fc.constant('log'),
    line: fc.record({
      atMs: natural,
      level: fc.constantFrom('debug', 'info', 'warn', 'error'),
      text: fc.string({ unit: 'binary' }),
    }),
  }),
  fc.record({ type: fc.constant('page'), inSeries: fc.boolean() }),
  fc.record(
    { type: fc.constant('records'), count: natural, pages: natural, total: natural },
    { requiredKeys: ['type', 'count', 'pages'] },
  ),
  fc.constantFrom(
    done({ kind: 'ok', stop: 'end' }),
    done({ kind: 'ok', stop: 'cut' }, { counts: { ...counts, samples: [], warnings: [] } }),
    done({ kind: 'thrown', message: 'no', status: 404, line: 1, column: 2 }),
    done({ kind: 'limit', code: 'run.cpu', message: 'no' }),
    done({ kind: 'remote', code: 'remote.timeout', message: 'no' }),
    done({ kind: 'remote', code: 'run.cancelled', message: 'no' }),
    done(
      { kind: 'type', message: 'no', pointer: '/0' },
      {
        counts: {
          ...counts,
          samples: [{ record: 1, pointer: '/a', reason: 'no' }],
          warnings: [{ code: 'a', detail: 'b' }],
        },
      },
    ),
  ),
);

/** What may stand in the place of a member. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 1.5, 1e308, 2 ** 53, '', '__proto__', [], {}, [[]]),
  fc.integer(),
  fc.string({ unit: 'binary' }),
  fc.json().map((text) => JSON.parse(text) as unknown),
);

const oddKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'type',
  'id',
  'outcome',
  'kind',
  'line',
  'headers',
  'counts',
);

/** The JSON of a message in which a member, at any depth, was replaced, added or lost. */
const spoiled: fc.Arbitrary<string> = fc
  .tuple(honest, fc.nat(), oddKey, odd, fc.constantFrom('replace', 'add', 'lose'))
  .map(([message, where, key, value, how]) => {
    const copy = structuredClone(message) as Record<string, unknown>;
    const inner = Object.values(copy).filter(
      (each): each is Record<string, unknown> => typeof each === 'object' && each !== null,
    );
    const places = [copy, ...inner];
    const place = places[where % places.length] ?? copy;
    const names = Object.keys(place);
    const name = names[where % Math.max(names.length, 1)] ?? key;
    if (how === 'lose') Reflect.deleteProperty(place, name);
    else {
      const at = how === 'add' ? key : name;
      const property = { value, enumerable: true, configurable: true, writable: true };
      Object.defineProperty(place, at, property);
    }
    return JSON.stringify(copy);
  });

const nested = fc
  .tuple(fc.integer({ min: 1, max: 3_000 }), fc.constantFrom('[', '{"a":', '{"type":"log","line":'))
  .map(([depth, open]) => {
    const close = open === '[' ? ']' : '}';
    return `${open.repeat(depth)}1${close.repeat(depth)}`;
  });

const header: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: honest.map((message) => Buffer.from(JSON.stringify(message))) },
  { weight: 4, arbitrary: spoiled.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: nested.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(text)) },
);

const payload = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  fc.json().map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
);

/** The bytes of a frame, whose lengths are mostly true. */
const frame: fc.Arbitrary<Buffer> = fc
  .tuple(header, payload, fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, fc.nat(9)))
  .map(([head, body, lie]) => {
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32BE(lie === undefined ? head.length : (LIES[lie] ?? 0), 0);
    prefix.writeUInt32BE(lie === undefined ? body.length : (LIES[9 - lie] ?? 0), 4);
    return Buffer.concat([prefix, head, body]);
  });
const LIES = [
  0,
  1,
  7,
  255,
  4_097,
  MAX_HEADER_BYTES,
  MAX_HEADER_BYTES + 1,
  2 ** 31,
  2 ** 32 - 1,
  64,
];

/** A stream of frames, of which some are spoiled as bytes, cut into chunks. */
const stream = fc.record({
  frames: fc.array(frame, { minLength: 1, maxLength: 4 }),
  flips: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }),
  cutAt: fc.option(fc.nat()),
  chunk: fc.integer({ min: 1, max: 4_096 }),
  reads: fc.boolean(),
  spoilBytes: fc.integer({ min: 0, max: 3 }),
});

const atStart = Object.getOwnPropertyNames(Object.prototype).sort().join();

/** What a process's bytes do to this side of its run; gives what was thrown. */
function receive(bytes: Buffer, chunk: number, reads: boolean): unknown {
  const limits = { ...WIDE, logLines: 5 };
  const { job } = readJob('', { limits });
  const fetch = () => new Promise<never>(() => undefined);
  const run = new ChildRun(
    reads ? { ...job, fetch } : callJob('', { limits, fetch }),
    { send: (message, body) => encodeFrame(message, body), room: () => Promise.resolve() },
    () => undefined,
  );
  const decoder = new FrameDecoder(MAX_PAYLOAD_BYTES);
  run.begin();
  try {
    for (let at = 0; at < bytes.length; at += chunk) {
      for (const each of decoder.push(bytes.subarray(at, at + chunk))) {
        run.receive(readChildMessage(each.header), each.payload);
      }
    }
    return undefined;
  } catch (error) {
    return error;
  } finally {
    run.end({ kind: 'crashed', message: '' });
  }
}

describe('bytes of a process that was taken over', () => {
  it(`end in a ProtocolError or in nothing, ${RUNS} times`, () => {
    let refused = 0;
    fc.assert(
      fc.property(stream, ({ frames, flips, cutAt, chunk, reads, spoilBytes }) => {
        const whole = Buffer.concat(frames);
        if (spoilBytes === 0) {
          for (const [where, value] of flips) whole[where % whole.length] = value;
        }
        const bytes = cutAt === null ? whole : whole.subarray(0, cutAt % (whole.length + 1));
        const thrown = receive(bytes, chunk, reads);
        if (thrown instanceof ProtocolError) refused += 1;
        else expect(thrown).toBeUndefined();
        return Object.getOwnPropertyNames(Object.prototype).sort().join() === atStart;
      }),
      { numRuns: RUNS, seed: 20_261_124, endOnFailure: true },
    );
    // Neither is everything refused nor nothing: the messages reach what they are meant to test.
    expect(refused).toBeGreaterThan(RUNS / 4);
    expect(refused).toBeLessThan((RUNS * 9) / 10);
  }, 60_000);

  it('come out of their reading as plain values of the protocol, or not at all', () => {
    const known = ['ready', 'pong', 'fetch', 'abort', 'log', 'page', 'records', 'done'];
    fc.assert(
      fc.property(spoiled, (text) => {
        let message;
        try {
          message = readChildMessage(JSON.parse(text) as Record<string, unknown>);
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
          return;
        }
        expect(known).toContain(message.type);
        expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
        // What has passed is what passes again: nothing is kept that is not known.
        expect(readChildMessage(JSON.parse(JSON.stringify(message)) as never)).toEqual(message);
      }),
      { numRuns: RUNS, seed: 20_261_125, endOnFailure: true },
    );
  }, 60_000);
});

describe('a run', () => {
  const begun = (job = callJob('', { fetch: () => new Promise<never>(() => undefined) })) => {
    const sent: object[] = [];
    const run = new ChildRun(
      job,
      { send: (message) => sent.push(message), room: () => Promise.resolve() },
      () => undefined,
    );
    return { run, sent };
  };
  const ask = (id: number) =>
    readChildMessage({
      type: 'fetch',
      id,
      method: 'GET',
      url: 'x',
      headers: [],
      redirect: 'follow',
    });
  const over = readChildMessage(done({ kind: 'ok', stop: 'end' }) as Record<string, unknown>);
  const none = Buffer.alloc(0);

  it('takes no id twice, and no more requests than its window', () => {
    const { run } = begun();
    run.receive(ask(1), none);
    expect(() => {
      run.receive(ask(1), none);
    }).toThrow(ProtocolError);
    for (let id = 2; id <= 64; id++) run.receive(ask(id), none);
    expect(() => {
      run.receive(ask(65), none);
    }).toThrow(ProtocolError);
  });

  it('takes an abort of what it does not know for nothing', () => {
    const { run } = begun();
    run.receive(readChildMessage({ type: 'abort', id: 7 }), none);
  });

  it('takes no page that nobody asked for, nor more of them than it asked for', () => {
    const page = readChildMessage({ type: 'page', inSeries: true });
    const taken: string[] = [];
    const onPage = (json: Uint8Array) => taken.push(Buffer.from(json).toString());
    for (const job of [callJob(''), readJob('').job]) {
      expect(() => {
        begun(job).run.receive(page, none);
      }).toThrow(ProtocolError);
    }
    const { run } = begun(readJob('', { pages: { maxBytes: 5, onPage } }).job);
    run.receive(page, Buffer.from('[1]'));
    expect(() => {
      run.receive(page, Buffer.from('[2]'));
    }).toThrow(ProtocolError);
    expect(taken).toEqual(['[1]']);
  });

  it('takes no records that nobody asked for, nor more than its window', async () => {
    const records = readChildMessage({ type: 'records', count: 1, pages: 1 });
    expect(() => {
      begun().run.receive(records, none);
    }).toThrow(ProtocolError);
    const { job } = readJob('', { onRecords: () => new Promise(() => undefined) });
    const { run } = begun(job);
    for (let batch = 0; batch < BATCH_WINDOW; batch++) run.receive(records, none);
    expect(() => {
      run.receive(records, none);
    }).toThrow(ProtocolError);
    await Promise.resolve();
    expect(() => {
      run.receive(over, none);
    }).toThrow('before its records were taken');
  });

  it('counts its first end alone', async () => {
    const { run } = begun();
    run.receive(over, Buffer.from('1'));
    run.end({ kind: 'crashed', message: '' });
    for (const message of [over, ask(1), readChildMessage({ type: 'abort', id: 1 })]) {
      expect(() => {
        run.receive(message, Buffer.from('2'));
      }).toThrow('after the end');
    }
    expect(await run.result).toMatchObject({ outcome: { kind: 'ok' }, value: 1 });
  });

  it('refuses a value that is no JSON', () => {
    for (const text of ['', '{', 'NaN', '[1,]', '\0']) {
      expect(() => {
        begun().run.receive(over, Buffer.from(text));
      }).toThrow(ProtocolError);
    }
  });
});
