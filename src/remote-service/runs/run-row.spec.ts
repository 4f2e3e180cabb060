import fc from 'fast-check';
import { isStorable } from '../../common/check-text.js';
import { jsonText, runRow, sizeOf, withoutDetails, type RunEnd } from './run-row.js';

const HEAD = {
  run: { runId: 'run_0000000000', functionName: 'listTables' },
  connector: { id: 'cuc_a', userId: 'usr_a', version: 3 },
  hide: (text: string) => text.replaceAll('secret', '••••'),
};
const OK: RunEnd = { kind: 'ok', durationMs: 12.6, log: [], logDropped: 0 };

function requests(count: number) {
  return Array.from({ length: count }, (_, n) => ({
    ...{ method: 'GET', url: `https://x/${n}`, durationMs: 1, bytes: 2 },
  }));
}

function urlsOf(text: string): string[] {
  return (JSON.parse(text) as { url: string }[]).map(({ url }) => url);
}

describe('runRow', () => {
  it('keeps up to 1,000 requests, the first and the last 500', () => {
    const few = runRow(HEAD, OK, { requests: requests(1_000), bytes: 7 });
    expect(few).toMatchObject({ requestCount: 1_000, requestsDropped: 0, bytes: 7 });
    expect(urlsOf(few.requests)).toHaveLength(1_000);
    const many = runRow(HEAD, OK, { requests: requests(1_203), bytes: 7 });
    expect(many).toMatchObject({ requestCount: 1_203, requestsDropped: 203 });
    const urls = urlsOf(many.requests);
    expect(urls).toHaveLength(1_000);
    expect([urls[0], urls[499], urls[500], urls[999]]).toEqual([
      ...['https://x/0', 'https://x/499', 'https://x/703', 'https://x/1202'],
    ]);
  });

  it('began when it ended, less its duration', () => {
    const before = Date.now();
    const { startedAt, durationMs } = runRow(HEAD, OK, { requests: [], bytes: 0 });
    expect(durationMs).toBe(13);
    expect(startedAt.getTime()).toBeGreaterThanOrEqual(before - 13);
    expect(startedAt.getTime()).toBeLessThanOrEqual(Date.now() - 13);
  });

  it.each<[RunEnd, string, object]>([
    [
      { ...OK, kind: 'limit', code: 'run.cpu', message: 'long' },
      'run.cpu',
      { message: 'long', remoteStatus: 500 },
    ],
    [
      { ...OK, kind: 'remote', code: 'remote.refused', message: 'no secret', line: 2, column: 5 },
      'remote',
      { message: 'no ••••', reason: 'remote.refused', remoteStatus: 500, line: 2, column: 5 },
    ],
    [
      { ...OK, kind: 'thrown', message: 'x', status: 404 },
      'thrown',
      { message: 'x', remoteStatus: 404 },
    ],
    [
      { ...OK, kind: 'type', message: 'x', pointer: '/secret' },
      'type',
      { message: 'x', remoteStatus: 500, pointer: '/••••' },
    ],
  ])('tells a failure (%#)', (end, outcome, error) => {
    const head = { ...HEAD, run: { ...HEAD.run, remoteStatus: 500 } };
    const row = runRow(head, end, { requests: [], bytes: 0 });
    expect(row.outcome).toBe(outcome);
    expect(JSON.parse(row.error ?? '')).toEqual(error);
  });

  it('hides the key in requests and log', () => {
    const log = [{ atMs: 1, level: 'info' as const, text: 'a\0secret\ud800' }];
    const row = runRow(
      { ...HEAD, tableId: 't\0' },
      { ...OK, log },
      {
        requests: [{ method: 'GET', url: 'https://x/secret', durationMs: 1, bytes: 0 }],
        bytes: 0,
      },
    );
    expect(urlsOf(row.requests)).toEqual(['https://x/••••']);
    expect(JSON.parse(row.log)).toEqual([{ atMs: 1, level: 'info', text: 'a\ufffd••••\ufffd' }]);
    expect(row.tableId).toBe('t\ufffd');
  });
});

describe('jsonText', () => {
  it('is JSON of the value, with nothing that PostgreSQL cannot hold', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\0', '\ud800', '\udc00x', '😀'),
    );
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const read = JSON.parse(jsonText({ texts })) as { texts: string[] };
        expect(read.texts.every(isStorable)).toBe(true);
        expect(read.texts).toEqual(
          texts.map((each) => each.replaceAll('\0', '\ufffd').toWellFormed()),
        );
      }),
    );
  });

  it('leaves names and structure alone, whatever the key is', () => {
    const hide = (text: string) => text.replaceAll('level', '••••').replaceAll('","', '••••');
    const log = [{ level: 'level', text: 'a","b' }];
    expect(JSON.parse(jsonText(log, hide))).toEqual([{ level: '••••', text: 'a••••b' }]);
  });
});

describe('withoutDetails', () => {
  it('counts what it drops', () => {
    const log = [{ atMs: 1, level: 'info' as const, text: 'x' }];
    const end = { ...OK, log, logDropped: 4 };
    const row = runRow(HEAD, end, { requests: requests(3), bytes: 0 });
    const thin = withoutDetails(row);
    expect(thin).toMatchObject({ requests: '[]', requestsDropped: 3, log: '[]', logDropped: 5 });
    expect(sizeOf(thin)).toBeLessThan(sizeOf(row));
    expect(withoutDetails(thin)).toEqual(thin);
  });
});
