import fc from 'fast-check';
import { pino } from 'pino';
import { createLogger } from './logging.js';
import { REDACTED, secretRedactor } from './redact-secrets.js';

describe('secretRedactor', () => {
  it('takes a secret out in every form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 8 }), fc.string(), (secret, around) => {
        const redact = secretRedactor([secret]);
        const forms = [
          ...[secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('hex')],
          Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1),
        ];
        if (secret.isWellFormed()) forms.push(encodeURIComponent(secret));
        for (const form of forms) {
          fc.pre(!REDACTED.includes(form) && !around.includes(form));
          expect(redact(`< ${form} >`)).not.toContain(form);
        }
      }),
    );
  });

  it('takes out what looks like a token or a password in a URL', () => {
    const redact = secretRedactor([]);
    const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
    expect(redact(`a ccs_${'a1B2'.repeat(10)} b ${jwt} c`)).toBe(`a ${REDACTED} b ${REDACTED} c`);
    expect(redact('postgresql://me:s3cr3t@db/x')).toBe(`postgresql://me:${REDACTED}@db/x`);
    expect(redact('http://db:5432/x?a=b@c')).toBe('http://db:5432/x?a=b@c');
  });

  it('leaves all else, and is quick about hostile text', () => {
    const redact = secretRedactor(['secret-secret', '12345']);
    expect(redact('12345 is too short to be one')).toBe('12345 is too short to be one');
    for (const piece of ['eyJ', 'eyJaaaaa.', 'a://:', 'x://a:', 'ccs_a', '://']) {
      const text = piece.repeat(4000);
      const began = performance.now();
      redact(text);
      expect(performance.now() - began).toBeLessThan(500);
    }
  });
});

describe('createLogger', () => {
  it('writes of an error its name, message, code, stack and causes, and nothing that hangs on it', () => {
    const lines: string[] = [];
    const logger = createLogger({ secrets: ['the-secret'] }, { write: (line) => lines.push(line) });
    const cause = Object.assign(new TypeError('why: the-secret'), {
      request: { headers: 'hidden' },
    });
    const error = Object.assign(new Error('what', { cause }), { code: 'E1', config: 'hidden' });
    logger.error({ err: error }, 'failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: pino.levels.values['error'],
      msg: 'failed',
      err: {
        type: 'Error',
        message: 'what',
        code: 'E1',
        cause: { type: 'TypeError', message: `why: ${REDACTED}` },
      },
    });
    expect(lines[0]).not.toContain('hidden');
    expect(lines[0]).not.toContain('the-secret');
  });

  it('keeps to its level', () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'warn' }, { write: (line) => lines.push(line) });
    logger.info('no');
    logger.warn('yes');
    expect(lines).toHaveLength(1);
  });
});
