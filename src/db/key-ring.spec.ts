import fc from 'fast-check';
import { KeyRing, UnsealError } from './key-ring.js';

const ROW = 'cuc_0123456789';

describe('KeyRing', () => {
  const [a, b] = [KeyRing.newKey(), KeyRing.newKey()];
  const ring = new KeyRing(a);

  it('gives back every text that it sealed, for the row it was sealed for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), fc.string(), (text, row) => {
        expect(ring.unseal(ring.seal(text, row), row)).toBe(text);
      }),
    );
  });

  it('refuses a text that was sealed for another row', () => {
    const sealed = ring.seal('secret', ROW);
    expect(() => ring.unseal(sealed, 'cuc_9876543210')).toThrow(UnsealError);
  });

  it('refuses a text of which any one bit was changed', () => {
    const { keyId, bytes } = ring.seal('secret', ROW);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = bytes.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => ring.unseal({ keyId, bytes: changed }, ROW)).toThrow(UnsealError);
    }
  });

  it('refuses a text that was cut short, whatever is left of it', () => {
    const { keyId, bytes } = ring.seal('secret', ROW);
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = { keyId, bytes: bytes.slice(0, length) };
      expect(() => ring.unseal(cut, ROW)).toThrow(UnsealError);
    }
  });

  it('names the key that is missing, and no secret, where its ring lacks it', () => {
    const sealed = ring.seal('secret', ROW);
    const other = new KeyRing(b);
    expect(other.has(sealed.keyId)).toBe(false);
    expect(() => other.unseal(sealed, ROW)).toThrow(
      new UnsealError(`The encryption key ${sealed.keyId} is not in ENCRYPTION_KEYS.`),
    );
    expect(Buffer.from(a, 'base64').toString('hex')).not.toContain(sealed.keyId);
  });

  it('says of a text that cannot be decrypted whose it is, and nothing of what it is', () => {
    const sealed = ring.seal('secret', ROW);
    expect(() => ring.unseal(sealed, 'cuc_9876543210')).toThrow(
      new UnsealError('A secret of cuc_9876543210 cannot be decrypted: it was changed or moved.'),
    );
  });

  it('encrypts with the first key and decrypts with all', () => {
    const rotating = new KeyRing(`${b},${a}`);
    const old = ring.seal('old', ROW);
    const fresh = rotating.seal('new', ROW);
    expect(rotating.newest).toBe(new KeyRing(b).newest);
    expect(fresh.keyId).toBe(rotating.newest);
    expect(old.keyId).toBe(ring.newest);
    expect(rotating.unseal(old, ROW)).toBe('old');
    expect(new KeyRing(b).unseal(fresh, ROW)).toBe('new');
    expect([rotating.has(old.keyId), rotating.has(fresh.keyId)]).toEqual([true, true]);
  });

  it('takes keys between commas, line ends and spaces, with or without padding', () => {
    for (const text of [`${b},${a}`, `${b}\n${a}\n`, ` ${b} , ${a},`, `${b}\r\n${a}`]) {
      const both = new KeyRing(text);
      expect(both.newest).toBe(new KeyRing(b).newest);
      expect(both.has(ring.newest)).toBe(true);
    }
    expect(new KeyRing(a.replace(/=$/, '')).newest).toBe(ring.newest);
  });

  it('never uses a nonce twice', () => {
    const nonces = Array.from({ length: 1000 }, () =>
      Buffer.from(ring.seal('the same text', ROW).bytes.subarray(0, 12)).toString('hex'),
    );
    expect(new Set(nonces).size).toBe(1000);
  });

  it('holds neither the text nor the key in what it seals', () => {
    const { bytes } = ring.seal('a text that is easy to find', ROW);
    expect(Buffer.from(bytes).includes('easy to find')).toBe(false);
    expect(Buffer.from(bytes).includes(Buffer.from(a, 'base64'))).toBe(false);
    // Nonce, text, tag.
    expect(bytes).toHaveLength(12 + 'a text that is easy to find'.length + 16);
  });

  it.each(['', ' ,\n', 'c2hvcnQ=', `${'A'.repeat(43)}=,c2hvcnQ=`, 'A'.repeat(47)])(
    'refuses %j as its keys without repeating it',
    (keys) => {
      expect(() => new KeyRing(keys)).toThrow(
        new Error('The encryption keys must be one or more keys of 32 bytes in base64.'),
      );
    },
  );

  it('makes a new key of 32 bytes each time', () => {
    const keys = Array.from({ length: 10 }, () => KeyRing.newKey());
    expect(new Set(keys).size).toBe(10);
    expect(keys.map((key) => Buffer.from(key, 'base64').length)).toEqual(keys.map(() => 32));
  });
});
