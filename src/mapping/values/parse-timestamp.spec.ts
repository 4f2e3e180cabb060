import fc from 'fast-check';

import { CONVERTERS, MISFIT } from './convert.js';
import { ExactNumber } from '../../json/exact-number.js';
import { parseEpoch, parseTimestamp, parseWholeEpoch } from './parse-timestamp.js';

function timestamp(value: unknown): unknown {
  return CONVERTERS.timestamp(value);
}

describe('timestamp', () => {
  it.each([
    ['2024-02-29T12:30:45Z', '2024-02-29T12:30:45.000Z'],
    ['2024-02-29t12:30:45z', '2024-02-29T12:30:45.000Z'],
    ['2024-02-29 12:30:45.1', '2024-02-29T12:30:45.100Z'],
    ['2024-02-29T12:30', '2024-02-29T12:30:00.000Z'],
    [' 2024-02-29 ', '2024-02-29T00:00:00.000Z'],
    ['2024-01-01T00:00:00+02:00', '2023-12-31T22:00:00.000Z'],
    ['2024-01-01T00:00:00-0530', '2024-01-01T05:30:00.000Z'],
    ['2024-01-01T00:00:00.123456789Z', '2024-01-01T00:00:00.123456789Z'],
    ['2024-01-01T00:00:00.120000000Z', '2024-01-01T00:00:00.120Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
    ['0099-12-31T23:59:59Z', '0099-12-31T23:59:59.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2017-01-01T00:59:60.5+01:00', '2017-01-01T00:00:00.500Z'],
    [0, '1970-01-01T00:00:00.000Z'],
    [-1, '1969-12-31T23:59:59.000Z'],
    [-1.25, '1969-12-31T23:59:58.750Z'],
    [1700000000, '2023-11-14T22:13:20.000Z'],
    ['1700000000', '2023-11-14T22:13:20.000Z'],
    [1700000000123, '2023-11-14T22:13:20.123Z'],
    ['1700000000.123456', '2023-11-14T22:13:20.123456Z'],
    [99999999999, '5138-11-16T09:46:39.000Z'],
    [100000000000, '1973-03-03T09:46:40.000Z'],
    [-100000000000, '1966-10-31T14:13:20.000Z'],
    ['1e9', '2001-09-09T01:46:40.000Z'],
    [253402300799999, '9999-12-31T23:59:59.999Z'],
    [1e-7, '1970-01-01T00:00:00.0000001Z'],
    [new ExactNumber('1700000000.12345678901'), '2023-11-14T22:13:20.12345678901Z'],
  ])('of %p is %p', (value, expected) => {
    expect(timestamp(value)).toBe(expected);
  });

  it.each([
    ...['2023-02-29', '2024-02-30', '2024-13-01', '2024-00-01', '2024-01-00', '0000-01-01'],
    ...['2024-01-01T24:00:00Z', '2024-01-01T25:00:00Z', '2024-01-01T10:60:00Z'],
    ...['2024-01-01T10:00:61Z', '2024-01-01T10:00:60Z', '2024-01-01T23:59:60+01:00'],
    ...['2024-01-01T10:00:00+24:00', '2024-01-01T10:00:00+02:60', '2024-01-01T10Z'],
    ...['0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00', '9999-12-31T23:59:60Z'],
    ...['10000-01-01', '2024-1-1', '01/02/2024', 'now', '', '0x10', 'Infinity', '1e400'],
    ...[253402300800000, -62135596800001, true, [], {}, new ExactNumber('1700000000123456789')],
    ...['1e-300', '1'.repeat(100_000)],
  ])('is not %p', (value) => {
    expect(timestamp(value)).toBe(MISFIT);
  });

  it('reads the usual form as it reads any other', () => {
    const zone = fc.constantFrom('Z', '+', '-');
    const pairs = (mosts: number[]) =>
      fc.tuple(
        ...mosts.map((max) => fc.integer({ min: -1, max }).map((n) => String(n).padStart(2, '0'))),
      );
    for (const mosts of [
      [99, 99, 99, 99, 99, 99, 99, 99],
      [59, 12, 31, 24, 60, 60, 24, 60],
    ]) {
      fc.assert(
        fc.property(pairs(mosts), zone, ([year, month, day, hour, minute, second, h, m], sign) => {
          const end = sign === 'Z' ? sign : `${sign}${h}:${m}`;
          const text = `19${year}-${month}-${day}T${hour}:${minute}:${second}${end}`;
          expect(timestamp(text)).toBe(timestamp(text.replace('T', ' ')));
        }),
        { numRuns: 5_000 },
      );
    }
  });

  it('agrees with Date on every instant, however it is given', () => {
    const range = {
      min: new Date(-62135596800000),
      max: new Date(253402300799999),
      noInvalidDate: true,
    };
    fc.assert(
      fc.property(fc.date(range), fc.integer({ min: -1439, max: 1439 }), (date, minutes) => {
        const utc = date.toISOString();
        expect(timestamp(utc)).toBe(utc);
        const seconds = date.getTime() / 1_000;
        if (Math.abs(seconds) < 1e11) expect(timestamp(seconds)).toBe(utc);
        if (Math.abs(date.getTime()) >= 1e11) expect(timestamp(date.getTime())).toBe(utc);
        const local = new Date(date.getTime() + minutes * 60_000);
        if (local < range.min || local > range.max) return;
        const size = Math.abs(minutes);
        const clock = [Math.floor(size / 60), size % 60]
          .map((n) => String(n).padStart(2, '0'))
          .join(':');
        const zone = `${minutes < 0 ? '-' : '+'}${clock}`;
        expect(timestamp(local.toISOString().replace('Z', zone))).toBe(utc);
      }),
    );
  });
});

describe('parseWholeEpoch', () => {
  it('is parseEpoch for whole numbers', () => {
    const number = fc.oneof(
      fc.maxSafeInteger(),
      fc.integer({ min: -100_000_000_000, max: 300_000_000_000_000 }),
      fc.constantFrom(
        0,
        1e11,
        1e11 - 1,
        -1e11,
        253_402_300_799_999,
        253_402_300_800_000,
        -62_135_596_800,
      ),
    );
    fc.assert(
      fc.property(number, (epoch) => {
        expect(parseWholeEpoch(epoch)).toBe(parseEpoch(String(epoch)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('parseTimestamp of a time in UTC', () => {
  it('is what Date makes of it', () => {
    const range = { min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z') };
    fc.assert(
      fc.property(fc.date({ ...range, noInvalidDate: true }), (date) => {
        expect(parseTimestamp(date.toISOString())).toBe(date.toISOString());
        const shifted = date.toISOString().replace('Z', '+01:30');
        const inUtc = new Date(date.getTime() - 5_400_000);
        const expected = inUtc < range.min ? undefined : inUtc.toISOString();
        expect(parseTimestamp(shifted)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});
