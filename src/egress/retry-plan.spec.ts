import { parseRetryAfter, RetryPlan } from './retry-plan.js';

const now = () => Date.parse('1994-11-06T08:49:00Z');

function plan(random = 0.5): RetryPlan {
  return new RetryPlan({ now, random: () => random });
}

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7000],
    ['1.5', 1500],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['Sun Nov  6 08:49:37 1994', 37_000],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    ['-1', undefined],
    ['1994', 1_994_000],
    ['Sun, 99 Nov 1994 08:49:37 GMT', undefined],
  ])('reads %j as %p ms', (value, expected) => {
    expect(parseRetryAfter(value, { now })).toBe(expected);
  });
});

describe('RetryPlan', () => {
  it.each(['GET', 'POST', 'PATCH', 'PROPFIND'])('waits out 429 for %s', (method) => {
    expect(plan().afterResponse(method, 'a.example', 429, '3')).toBe(3000);
    expect(plan().afterResponse(method, 'a.example', 429, undefined)).toBe(375);
  });

  it.each([500, 502, 503, 504, 599])('tries again after %d where that does no harm', (status) => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
      expect(plan().afterResponse(method, 'a.example', status, undefined)).toBe(375);
      expect(plan().afterBreak(method)).toBe(375);
    }
    for (const method of ['POST', 'PATCH', 'PROPFIND']) {
      expect(plan().afterResponse(method, 'a.example', status, '1')).toBeUndefined();
      expect(plan().afterBreak(method)).toBeUndefined();
    }
  });

  it.each([200, 304, 400, 404, 408])('leaves %d as it is', (status) => {
    expect(plan().afterResponse('GET', 'a.example', status, '1')).toBeUndefined();
  });

  it('tries again four times, with growing delays', () => {
    for (const [random, expected] of [
      [0, [250, 500, 1000, 2000, undefined]],
      [0.999_999, [500, 1000, 2000, 4000, undefined]],
    ] as const) {
      const retries = plan(random);
      expect(expected.map(() => retries.afterBreak('GET'))).toEqual(expected);
    }
  });

  it('fails at once where it is asked to wait more than is left of a minute', () => {
    const retries = plan();
    expect(retries.afterResponse('GET', 'a.example', 429, '40')).toBe(40_000);
    expect(() => retries.afterResponse('GET', 'a.example', 503, '21')).toThrow(
      'a.example asks to wait 21 s, until 1994-11-06T08:49:21.000Z, which is more than',
    );
    expect(retries.afterResponse('GET', 'a.example', 503, '20')).toBe(20_000);
    expect(retries.afterResponse('GET', 'a.example', 503, undefined)).toBeUndefined();
  });

  it('takes a wait without end for a rate limit, too', () => {
    const endless = '9'.repeat(400);
    expect(() => plan().afterResponse('GET', 'a.example', 429, endless)).toThrow('asks to wait');
  });

  it('knows whether an earlier try may have worked', () => {
    const retries = plan();
    retries.afterResponse('DELETE', 'a.example', 429, '0');
    expect(retries.mayHaveWorked).toBe(false);
    retries.afterResponse('DELETE', 'a.example', 502, undefined);
    expect(retries.mayHaveWorked).toBe(true);
  });
});
