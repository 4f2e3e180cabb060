import { readChildMessage } from './read-child-message.js';
import { ProtocolError } from '../sandbox.errors.js';

const done = (outcome: unknown, more: object = {}): Record<string, unknown> => ({
  type: 'done',
  outcome,
  logDropped: 0,
  cpuMs: 1,
  ...more,
});

describe('readChildMessage', () => {
  it('keeps what the protocol knows and nothing else', () => {
    const message = done({ kind: 'thrown', message: 'no', line: 1, column: 2, extra: true });
    expect(readChildMessage({ ...message, __proto__: { polluted: 1 }, other: 1 })).toEqual(
      done({ kind: 'thrown', message: 'no', line: 1, column: 2 }),
    );
  });

  it('caps texts and frees them of what PostgreSQL cannot hold', () => {
    const line = { atMs: 1, level: 'info', text: `\0\ud800${'ä'.repeat(5_000)}` };
    const read = readChildMessage({ type: 'log', line });
    const text = read.type === 'log' ? read.line.text : '';
    expect(text.startsWith('\ufffd\ufffdä')).toBe(true);
    expect(text.endsWith('ä…')).toBe(true);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_048);
  });

  it.each<Record<string, unknown>>([
    {},
    { type: 'exit' },
    { type: 'run' },
    { type: '__proto__' },
    { type: 'fetch', id: -1, method: 'GET', url: 'x', headers: [], redirect: 'follow' },
    { type: 'fetch', id: 1.5, method: 'GET', url: 'x', headers: [], redirect: 'follow' },
    { type: 'fetch', id: 1, method: {}, url: 'x', headers: [], redirect: 'follow' },
    { type: 'fetch', id: 1, method: 'GET', url: 'x', headers: [['a']], redirect: 'follow' },
    { type: 'fetch', id: 1, method: 'GET', url: 'x', headers: {}, redirect: 'follow' },
    { type: 'fetch', id: 1, method: 'GET', url: 'x', headers: [], redirect: 'other' },
    { type: 'records', count: '1', pages: 1 },
    { type: 'records', count: 1 },
    { type: 'records', count: 1, pages: -1 },
    { type: 'records', count: 1, pages: 1, total: 1.5 },
    { type: 'log', line: { atMs: 1, level: 'fatal', text: '' } },
    { type: 'log', line: [] },
    done({ kind: 'crashed', message: '' }),
    done({ kind: 'cancelled', message: '' }),
    done({ kind: 'limit', code: 'run.other', message: '' }),
    done({ kind: 'thrown', message: 1 }),
    done({ kind: 'ok', stop: 'maybe' }),
    done({ kind: 'ok', stop: 'end' }, { counts: { records: 1 } }),
    done(null),
  ])('refuses %j', (header) => {
    expect(() => readChildMessage(header)).toThrow(ProtocolError);
  });
});
