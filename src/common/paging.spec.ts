import { decodeCursor, encodeCursor, nextLink, pageOf } from './paging.js';
import { InvalidRequestError } from './request.errors.js';

const rows = [3, 2, 1].map((n) => ({ id: `id_${n}`, createdAt: new Date(n) }));

describe('pageOf', () => {
  it('names the last row that is shown where a further one was found', () => {
    expect(pageOf(rows, 2)).toEqual({ items: rows.slice(0, 2), next: rows[1] });
  });

  it.each([3, 4])('names no next page where %d would hold all', (limit) => {
    expect(pageOf(rows, limit)).toEqual({ items: rows });
  });

  it('has no next page of an empty list', () => {
    expect(pageOf([], 10)).toEqual({ items: [] });
  });
});

describe('a cursor', () => {
  it('comes back as it was', () => {
    const cursor = { createdAt: new Date('2026-01-02T03:04:05.678Z'), id: 'cuc_0123456789' };
    expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
  });

  it.each([
    '',
    'x',
    Buffer.from('5').toString('base64url'),
    Buffer.from('x y').toString('base64url'),
    Buffer.from('5 a b').toString('base64url'),
    Buffer.from('5 a\0').toString('base64url'),
    Buffer.from('9999999999999999 a').toString('base64url'),
    `${encodeCursor({ createdAt: new Date(5), id: 'a' })}=`,
  ])('is refused where it is %j', (text) => {
    expect(() => decodeCursor(text)).toThrow(InvalidRequestError);
  });

  it('keeps the limit on the way to the next page', () => {
    const cursor = { createdAt: new Date(5), id: 'a' };
    const link = nextLink('/things', { limit: 7 }, cursor);
    expect(link).toBe(`</things?limit=7&cursor=${encodeCursor(cursor)}>; rel="next"`);
  });
});
