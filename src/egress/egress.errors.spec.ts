import { abortError, EgressError, isEgressError, toEgressError } from './egress.errors.js';

const { signal } = new AbortController();

describe('toEgressError', () => {
  it.each([
    ['ECONNRESET', 'remote.unreachable', true],
    ['UND_ERR_SOCKET', 'remote.unreachable', true],
    ['ECONNREFUSED', 'remote.unreachable', true],
    ['EAI_AGAIN', 'remote.unreachable', true],
    ['ENOTFOUND', 'remote.unreachable', false],
    ['CERT_HAS_EXPIRED', 'remote.unreachable', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'remote.unreachable', false],
    ['UND_ERR_CONNECT_TIMEOUT', 'remote.timeout', true],
    ['UND_ERR_HEADERS_TIMEOUT', 'remote.timeout', false],
    ['UND_ERR_BODY_TIMEOUT', 'remote.timeout', false],
    ['HPE_INVALID_CONSTANT', 'remote.bad_response', false],
    ['UND_ERR_HEADERS_OVERFLOW', 'remote.bad_response', false],
    ['UND_ERR_DESTROYED', 'run.cancelled', false],
  ])('makes of %s a %s', (code, expected, retryable) => {
    const cause = Object.assign(new Error('with a secret'), { code });
    const error = toEgressError(cause, 'a.example', signal);
    expect(error).toMatchObject({ code: expected, retryable });
    expect(error.message).toContain('a.example');
    expect(error.message).not.toContain('secret');
  });

  it('leaves an EgressError as it is', () => {
    const error = new EgressError('remote.refused', 'no');
    expect(isEgressError(error)).toBe(true);
    expect(toEgressError(error, 'a.example', AbortSignal.abort())).toBe(error);
  });

  it.each([
    new TypeError('x is not a function'),
    Object.assign(new Error(), { code: 'ERR_ASSERTION' }),
  ])('does not hide a defect: %s', (defect) => {
    expect(() => toEgressError(defect, 'a.example', signal)).toThrow(defect);
  });
});

describe('abortError', () => {
  it('tells a deadline from a cancellation', () => {
    expect(abortError({ name: 'TimeoutError' }, 'a.example').code).toBe('remote.timeout');
    expect(abortError(undefined, 'a.example').code).toBe('run.cancelled');
  });
});
